import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab } from '../lab.ts';
import type { FeedEntry } from './call.ts';
import { ControlError, check, parseBody, Waiting } from './control-body.ts';
import { answerCall } from './control-routes.ts';

const LONGEST_BODY = 65_536;
const LONGEST_WAIT_MS = 60_000;

/**
 * Drives the lab over HTTP, for people with curl and for programs in any language. Loopback only,
 * and not for web pages: one that a developer has open could otherwise read and send.
 * @throws when the port is taken.
 */
export async function startControl(lab: Lab, port = 0) {
  const events = new EventEmitter<{ read: [] }>().setMaxListeners(0);
  const feed: FeedEntry[] = [];
  lab.onRead((phone, message) => {
    feed.push({ n: feed.length + 1, to: phone.pn, ...message });
    events.emit('read');
  });

  async function findFresh(list: readonly unknown[], query: URLSearchParams) {
    const { after, waitMs } = check(Waiting, Object.fromEntries(query));
    const signal = AbortSignal.timeout(Math.min(waitMs, LONGEST_WAIT_MS));
    while (list.length <= after && !signal.aborted) {
      await once(events, 'read', { signal }).catch(() => {});
    }
    return list.slice(after);
  }

  async function answer(request: IncomingMessage): Promise<unknown> {
    if (request.headers.origin !== undefined) {
      throw new ControlError(400, 'a web page may not drive the lab: use curl, or a program');
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lab');
    const text = await readText(request);
    return answerCall(request.method ?? '', pathname, {
      lab,
      feed,
      read: (schema, bareField) => parseBody(text, schema, bareField),
      fresh: (list) => findFresh(list, searchParams),
    });
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let status = 200;
    const found = await answer(request).catch((error: Error) => {
      status = error instanceof ControlError ? error.status : 400;
      return { error: error.message };
    });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(found ?? {}, undefined, 2)}\n`);
  }

  const server = createServer((request, response) => void respond(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_BODY) throw new ControlError(400, 'the body is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
