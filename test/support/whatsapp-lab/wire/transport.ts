import { WebSocket } from 'ws';
import type { Authority } from './authority.ts';
import { type Caller, NoiseResponder } from './noise.ts';

type Handlers = {
  onCaller(caller: Caller): void;
  onPlaintext(plaintext: Buffer): void;
  onProblem(problem: string): void;
  onClosed(): void;
};

/** The bytes of one WebSocket: the handshake, then what is sealed in each direction. */
export class Transport {
  readonly #ws: WebSocket;
  readonly #noise: NoiseResponder;
  readonly #handlers: Handlers;
  #stage: 'hello' | 'finish' | 'open' = 'hello';

  constructor(ws: WebSocket, authority: Authority, handlers: Handlers) {
    this.#ws = ws;
    this.#noise = new NoiseResponder(authority);
    this.#handlers = handlers;
    ws.on('message', (data: Buffer) => this.#onBytes(data));
    ws.on('error', () => ws.terminate());
    ws.on('close', () => handlers.onClosed());
  }

  /** Where an earlier login told the client to come back to. */
  get routingInfo(): Buffer | undefined {
    return this.#noise.routingInfo;
  }

  get isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  write(plaintext: Buffer): void {
    this.#ws.send(this.#noise.encrypt(plaintext));
  }

  close(): void {
    this.#ws.close();
  }

  /** Cuts the line without a word. */
  cut(): void {
    this.#ws.terminate();
  }

  /** A client that breaks the protocol loses its line, and the lab remembers why. */
  #onBytes(data: Buffer): void {
    try {
      for (const frame of this.#noise.frames(data)) this.#onFrame(frame);
    } catch (error) {
      this.#handlers.onProblem(`protocol error: ${error}`);
      this.cut();
    }
  }

  #onFrame(frame: Buffer): void {
    if (this.#stage === 'open') this.#handlers.onPlaintext(this.#noise.decrypt(frame));
    else if (this.#stage === 'hello') {
      this.#stage = 'finish';
      this.#ws.send(this.#noise.answerHello(frame));
    } else {
      this.#stage = 'open';
      this.#handlers.onCaller(this.#noise.readFinish(frame));
    }
  }
}
