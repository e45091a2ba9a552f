import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { MediaError } from '../../../domain/conversations/media-error.ts';

export type MediaClientOptions = {
  /** Where WhatsApp keeps files: a host name, or one with a port. */
  readonly host: string;
  /** PEM certificates of the authorities to trust instead of the public ones. */
  readonly ca?: string | undefined;
};

type Download = {
  /** From the message: the sender has chosen it. */
  readonly directPath: string;
  /** The largest file that is accepted. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
};

type Upload = {
  /** From WhatsApp: a host name, or one with a port. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The encrypted file. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly bytes: number;
  readonly signal: AbortSignal;
};

export type MediaClient = ReturnType<typeof createMediaClient>;

const TIMEOUT_MS = 15_000;

/** WhatsApp answers an upload with a few lines of JSON. */
const MOST_ANSWER_BYTES = 16_384;

/** What WhatsApp answers when a file has expired, was never there, or its link has become too old. */
const GONE = new Set([403, 404, 410]);

/** Padding and MAC. */
const EXTRA_BYTES = 26;

/** Baileys and browsers send it. */
const ORIGIN = 'https://web.whatsapp.com';

/**
 * Fetches files from WhatsApp, and takes them there. The message of a stranger says where a file is: only its path is used, on WhatsApp's own
 * host, and redirects are not followed.
 */
export function createMediaClient({ host, ca }: MediaClientOptions) {
  let opened: Promise<Dispatcher> | undefined;

  async function open(): Promise<Dispatcher> {
    const { Agent } = await import('undici');
    return new Agent({
      connect: { timeout: TIMEOUT_MS, ...(ca !== undefined && { ca }) },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
  }

  return {
    /**
     * Starts to fetch an encrypted file.
     * @throws {MediaError} `gone`, `too_large`, `unavailable`. Reading the body can throw `unavailable`.
     */
    async fetch({ directPath, mostBytes, signal }: Download): Promise<AsyncIterable<Buffer>> {
      const url = toUrl(host, directPath);
      opened ??= open();
      const dispatcher = await opened;
      const { statusCode, headers, body } = await dispatcher
        .request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: 'GET',
          headers: { origin: ORIGIN },
          signal,
        })
        .catch(throwUnavailable);
      const length = Number(headers['content-length'] ?? 0);
      const fault = findFault(statusCode, length, mostBytes);
      if (!fault) return readBody(body);
      body.on('error', () => {}); // Of the connection that is cut off.
      body.destroy();
      throw fault;
    },

    /**
     * Takes an encrypted file to WhatsApp. Returns the status, and the text of the answer.
     * @throws {MediaError} `unavailable`, and what reading the file throws.
     */
    async upload({ host: to, path, query, body, bytes, signal }: Upload) {
      opened ??= open();
      const dispatcher = await opened;
      const source = noteFault(body);
      const { statusCode, body: answer } = await dispatcher
        .request({
          origin: `https://${to}`,
          path: `${path}?${query}`,
          method: 'POST',
          headers: {
            origin: ORIGIN,
            'content-type': 'application/octet-stream',
            'content-length': String(bytes),
          },
          body: Readable.from(source.bytes),
          signal,
        })
        .catch((error: unknown) => throwUnavailable(source.fault() ?? error));
      return { status: statusCode, text: await readText(answer) };
    },

    async close(): Promise<void> {
      await (await opened)?.destroy();
    },
  };
}

/** A path like `@evil.example/` would change the host. */
function toUrl(host: string, directPath: string): URL {
  const base = `https://${host}`;
  const url = URL.canParse(directPath, base) ? new URL(directPath, base) : undefined;
  const isPath = directPath.startsWith('/') && url?.origin === new URL(base).origin;
  if (url && isPath && url.username === '') return url;
  throw new MediaError('gone', 'the message does not say where the file is');
}

function findFault(status: number, length: number, mostBytes: number): MediaError | undefined {
  if (GONE.has(status)) return new MediaError('gone', `WhatsApp answered ${status}`);
  if (status !== 200) return new MediaError('unavailable', `WhatsApp answered ${status}`);
  if (length <= mostBytes + EXTRA_BYTES) return undefined;
  return new MediaError('too_large', `the file is larger than ${mostBytes} bytes`);
}

async function* readBody(body: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    throwUnavailable(error);
  }
}

/** Remembers why a file could not be read: the client only reports that the connection ended. */
function noteFault(body: AsyncIterable<Uint8Array>) {
  let fault: unknown;
  async function* bytes() {
    try {
      yield* body;
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  return { bytes: bytes(), fault: () => fault };
}

async function readText(body: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of readBody(body)) {
    text += chunk.toString();
    if (text.length > MOST_ANSWER_BYTES) break;
  }
  return text;
}

function throwUnavailable(cause: unknown): never {
  throw new MediaError('unavailable', 'the connection to WhatsApp failed', cause);
}
