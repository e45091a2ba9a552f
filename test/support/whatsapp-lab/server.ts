import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Companion } from './companion.ts';
import { Connection } from './connection.ts';
import { routeMessage } from './messages/messages.ts';
import { routeReceipt } from './messages/receipts.ts';
import { logIn, refusalOf } from './queries/login.ts';
import type { Linking } from './queries/pairing.ts';
import { answerQuery, takeLinkCode } from './queries/queries.ts';
import { takeSign } from './state/presence.ts';
import { createAuthority } from './wire/authority.ts';
import { node, type Stanza, toXml } from './wire/nodes.ts';
import type { Caller } from './wire/noise.ts';
import type { World } from './world.ts';

export type EndAction = 'drop' | 'conflict' | 'stream-error' | 'failure';

const NEEDS_NO_ANSWER = new Set(['ack', 'ib']);
const SIGNS = new Set(['chatstate', 'presence']);

/** The WebSocket server that plays WhatsApp's. */
export class WhatsAppServer {
  readonly #world: World;
  readonly #linking: Linking;
  readonly #host;
  readonly #connections = new Set<Connection>();
  readonly #sockets = new Set<Duplex>();
  readonly #http = createServer((_, response) => void response.writeHead(404).end());
  readonly #upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  constructor(world: World, linking: Linking, options: { readonly trace: boolean }) {
    this.#world = world;
    this.#linking = linking;
    this.#host = {
      authority: createAuthority(),
      timers: world.timers,
      faults: () => world.faults,
      trace: (line: string) => void (options.trace && process.stderr.write(`${line}\n`)),
      onCaller: (connection: Connection, caller: Caller) => this.#onCaller(connection, caller),
      onStanza: (connection: Connection, stanza: Stanza) => this.#onStanza(connection, stanza),
      onProblem: (problem: string) => void world.unhandled.push(problem),
      onClosed: (connection: Connection) => {
        this.#connections.delete(connection);
        linking.forget(connection);
      },
    };
    this.#http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  get rootKey(): string {
    return this.#host.authority.root.pub.toString('hex');
  }

  /** Connections that are open, those of clients that are not linked yet among them. */
  get connections(): readonly Connection[] {
    return [...this.#connections].filter(({ isOpen }) => isOpen);
  }

  /** @throws when the port is taken. */
  async listen(port: number): Promise<string> {
    this.#http.listen(port, '127.0.0.1');
    await once(this.#http, 'listening');
    const address = this.#http.address() as AddressInfo;
    return `ws://127.0.0.1:${address.port}/ws/chat`;
  }

  /** Ends the connections of one account, or all, and says how many. */
  end(action: EndAction, pn: string | undefined, code: number | undefined): number {
    const user = pn === undefined ? undefined : this.#world.get(pn).pn;
    const chosen = this.connections.filter(
      ({ companion }) => user === undefined || companion?.user === user,
    );
    for (const connection of chosen) endOne(connection, action, code);
    return chosen.length;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#upgrader.close();
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { ignoreUpgrade, refuseUpgrade } = this.#world.faults;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    if (refuseUpgrade) socket.end(`HTTP/1.1 ${refuseUpgrade} lab\r\nContent-Length: 0\r\n\r\n`);
    if (ignoreUpgrade || refuseUpgrade) {
      socket.on('error', () => socket.destroy());
      return;
    }
    this.#upgrader.handleUpgrade(request, socket, head, (ws) => {
      this.#connections.add(new Connection(ws, this.#host));
    });
  }

  #onCaller(connection: Connection, caller: Caller): void {
    const refusal = refusalOf(this.#world, caller);
    if (refusal !== undefined) connection.failure(refusal);
    else if (caller.payload.devicePairingData) this.#linking.begin(connection, caller);
    else logIn(this.#world, connection, caller);
  }

  #onStanza(connection: Connection, stanza: Stanza): Promise<void> | void {
    const { companion } = connection;
    if (NEEDS_NO_ANSWER.has(stanza.tag)) return;
    if (stanza.attrs['xmlns'] === 'w:p') {
      connection.result(stanza); // A ping, also of a client that is not linked yet.
    } else if (!companion) {
      const isUnderstood = takeLinkCode(this.#linking, connection, stanza);
      if (!isUnderstood && !SIGNS.has(stanza.tag)) this.#notUnderstood(stanza);
    } else return this.#onStanzaOf(companion, connection, stanza);
  }

  /** From a client that is logged in. */
  #onStanzaOf(companion: Companion, connection: Connection, stanza: Stanza): Promise<void> | void {
    const world = this.#world;
    if (stanza.tag === 'message') {
      return routeMessage(world, connection, { companion, message: stanza });
    } else if (stanza.tag === 'receipt') {
      routeReceipt(world, connection, { companion, receipt: stanza });
    } else if (SIGNS.has(stanza.tag)) takeSign(world, companion, stanza);
    else if (stanza.tag !== 'iq' || !answerQuery({ world, connection, companion, iq: stanza })) {
      this.#notUnderstood(stanza);
    }
  }

  #notUnderstood(stanza: Stanza): void {
    this.#world.unhandled.push(toXml(stanza));
  }
}

function endOne(connection: Connection, action: EndAction, code: number | undefined): void {
  if (action === 'drop') connection.drop();
  else if (action === 'conflict') {
    connection.streamError(undefined, node('conflict', { type: 'replaced' }));
  } else if (code === undefined) throw new Error(`"${action}" needs a code`);
  else if (action === 'stream-error') connection.streamError(code);
  else connection.failure(code);
}
