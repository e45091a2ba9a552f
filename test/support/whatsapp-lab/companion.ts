import type { KeyBundle, SignedPreKey } from './wire/key-bundle.ts';
import { type DeviceAddress, deviceJid, type Stanza } from './wire/nodes.ts';

/** The part of a connection that a linked device needs. */
type Line = {
  /** Says whether the stanza went out. */
  send(stanza: Stanza): boolean;
  streamError(code: number | undefined, content?: Stanza): void;
};

type Keys = {
  readonly noisePub: Buffer;
  readonly identityPub: Buffer;
  readonly registrationId: number;
  readonly signedPreKey: SignedPreKey;
};

/** A linked device as the server knows it: its public keys, and what waits for it while it is away. */
export class Companion implements DeviceAddress {
  readonly user: string;
  readonly lid: string;
  readonly device: number;
  readonly noisePub: Buffer;
  readonly identityPub: Buffer;
  registrationId: number;
  signedPreKey: SignedPreKey;
  readonly preKeys = new Map<number, Buffer>();
  readonly queue: Stanza[] = [];
  connection: Line | undefined;
  /** Whether its phone has shared keys and history with it. */
  isGreeted = false;

  constructor(account: { readonly pn: string; readonly lid: string }, device: number, keys: Keys) {
    this.user = account.pn;
    this.lid = account.lid;
    this.device = device;
    this.noisePub = keys.noisePub;
    this.identityPub = keys.identityPub;
    this.registrationId = keys.registrationId;
    this.signedPreKey = keys.signedPreKey;
  }

  get jid(): string {
    return deviceJid(this.user, this.device);
  }

  get lidJid(): string {
    return deviceJid(this.lid, this.device, 'lid');
  }

  /** Hands a stanza over, now or at the next login. */
  post(stanza: Stanza): void {
    if (!this.connection?.send(stanza)) this.queue.push(stanza);
  }

  takeBundle(): KeyBundle {
    const [next] = this.preKeys;
    if (next) this.preKeys.delete(next[0]);
    return {
      registrationId: this.registrationId,
      identity: this.identityPub,
      signedPreKey: this.signedPreKey,
      preKey: next && { id: next[0], pub: next[1] },
    };
  }
}
