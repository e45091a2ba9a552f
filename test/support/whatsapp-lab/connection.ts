import { decodeBinaryNode, encodeBinaryNode } from '@whiskeysockets/baileys';
import type { WebSocket } from 'ws';
import type { Companion } from './companion.ts';
import type { Faults } from './faults.ts';
import type { Timers } from './timers.ts';
import type { Authority } from './wire/authority.ts';
import { firstChild, node, SERVER, type Stanza, toXml } from './wire/nodes.ts';
import type { Caller } from './wire/noise.ts';
import { Transport } from './wire/transport.ts';

/** What a connection asks of the server behind it. */
type Host = {
  readonly authority: Authority;
  readonly timers: Timers;
  faults(): Faults;
  trace(line: string): void;
  onCaller(connection: Connection, caller: Caller): void;
  onStanza(connection: Connection, stanza: Stanza): Promise<void> | void;
  onProblem(problem: string): void;
  onClosed(connection: Connection): void;
};

/** Lets the client read the last stanza before the line closes. */
const FAREWELL_MS = 5;
const OFFLINE_BATCH_MS = 2000;

/** One client's line: stanzas in both directions, handled strictly in order. */
export class Connection {
  /** The linked device that logged in on it. */
  companion: Companion | undefined;
  presence: string | undefined;
  readonly #host: Host;
  readonly #transport: Transport;
  readonly #answers = new Map<string, (answer: Stanza) => void>();
  readonly #waiting = new Set<(reason: Error) => void>();
  /** From then on, what is meant for the device waits for its next login. */
  #isEnded = false;
  #lastId = 0;
  #work: Promise<void> = Promise.resolve();
  #onOfflineBatch: (() => void) | undefined;

  constructor(ws: WebSocket, host: Host) {
    this.#host = host;
    this.#transport = new Transport(ws, host.authority, {
      onCaller: (caller) => host.onCaller(this, caller),
      onPlaintext: (plaintext) => this.#enqueue(plaintext),
      onProblem: (problem) => host.onProblem(problem),
      onClosed: () => {
        this.#isEnded = true;
        for (const reject of this.#waiting) reject(new Error('the client hung up'));
        host.onClosed(this);
      },
    });
  }

  get isOpen(): boolean {
    return !this.#isEnded;
  }

  get routingInfo(): Buffer | undefined {
    return this.#transport.routingInfo;
  }

  nextId(): string {
    this.#lastId += 1;
    return `lab-${this.#lastId}`;
  }

  /** Says whether the stanza went out. */
  send(stanza: Stanza): boolean {
    const { latencyMs, silent } = this.#host.faults();
    if (this.#isEnded || silent) return false;
    if (latencyMs) this.#host.timers.later(latencyMs, () => this.#write(stanza));
    else this.#write(stanza);
    return true;
  }

  /** Sends an iq and waits for the answer. @throws when the client hangs up before it. */
  ask(content: Stanza): Promise<Stanza> {
    const id = this.nextId();
    return this.whileOpen<Stanza>((resolve) => {
      this.#answers.set(id, resolve);
      this.send(node('iq', { from: SERVER, type: 'set', id, xmlns: 'md' }, [content]));
    });
  }

  /** A promise that `start` resolves; it is rejected when the client hangs up before that. */
  whileOpen<T>(start: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      start((value) => {
        this.#waiting.delete(reject);
        resolve(value);
      });
    });
  }

  result(iq: Stanza, content?: Stanza[]): void {
    const { to, id } = iq.attrs;
    this.send(node('iq', { from: to ?? SERVER, type: 'result', id }, content));
  }

  error(iq: Stanza, code: number, text: string): void {
    const error = node('error', { code: String(code), text });
    this.send(node('iq', { from: SERVER, type: 'error', id: iq.attrs['id'] }, [error]));
  }

  streamError(code: number | undefined, content?: Stanza): void {
    this.send(node('stream:error', { code: code?.toString() }, content && [content]));
    this.#end();
  }

  failure(reason: number): void {
    this.send(node('failure', { reason: String(reason), location: 'lab' }));
    this.#end();
  }

  /** Cuts the line without a word. */
  drop(): void {
    this.#isEnded = true;
    this.#transport.cut();
  }

  /** Resolves when the client asks for what it missed, or at the latest after two seconds. */
  untilOfflineBatch(): Promise<void> {
    return new Promise((resolve) => {
      this.#onOfflineBatch = resolve;
      this.#host.timers.later(OFFLINE_BATCH_MS, resolve);
    });
  }

  #end(): void {
    this.#isEnded = true;
    const delayMs = FAREWELL_MS + (this.#host.faults().latencyMs ?? 0);
    this.#host.timers.later(delayMs, () => this.#transport.close());
  }

  #write(stanza: Stanza): void {
    if (!this.#transport.isOpen) return;
    this.#host.trace(`S> ${toXml(stanza)}`);
    this.#transport.write(encodeBinaryNode(stanza));
  }

  #enqueue(plaintext: Buffer): void {
    this.#work = this.#work
      .then(async () => this.#onStanza(await decodeBinaryNode(plaintext)))
      .catch((error: unknown) => this.#host.onProblem(`protocol error: ${error}`));
  }

  #onStanza(stanza: Stanza): Promise<void> | void {
    this.#host.trace(`C> ${toXml(stanza)}`);
    if (this.#isEnded || this.#host.faults().silent) return;
    const { id = '', type = '' } = stanza.attrs;
    if (stanza.tag === 'iq' && (type === 'result' || type === 'error')) {
      this.#answers.get(id)?.(stanza);
      this.#answers.delete(id);
    } else if (stanza.tag === 'ib' && firstChild(stanza)?.tag === 'offline_batch') {
      this.#onOfflineBatch?.();
    } else if (stanza.tag === 'presence' && type.endsWith('available')) this.presence = type;
    else return this.#host.onStanza(this, stanza);
  }
}
