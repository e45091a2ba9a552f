import { proto } from '@whiskeysockets/baileys';
import type { Authority } from './authority.ts';
import { agree, createKeyPair, gcmOpen, gcmSeal, hkdf, sha256 } from './crypto.ts';
import { createFrameReader, frame, PROTOCOL_HEADER } from './frames.ts';

/** Who is calling, as the last message of the handshake tells. */
export type Caller = {
  readonly clientStatic: Buffer;
  readonly payload: proto.ClientPayload;
};

const PROTOCOL_NAME = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const NONE = Buffer.alloc(0);

function counterIv(counter: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(counter, 8);
  return iv;
}

/** AES-256-GCM of one direction: every frame has the next counter as its IV, and nothing beside it. */
function createTransportCipher(key: Buffer) {
  let counter = 0;
  const next = () => {
    const iv = counterIv(counter);
    counter += 1;
    return { key, iv };
  };
  return {
    seal: (data: Buffer) => gcmSeal(next(), data),
    open: (sealed: Buffer) => gcmOpen(next(), sealed),
  };
}

type TransportCipher = ReturnType<typeof createTransportCipher>;

/**
 * The responder's side of Noise XX for one connection, then its transport.
 *
 *     -> e                      clientHello  { ephemeral }
 *     <- e, ee, s, es, payload  serverHello  { ephemeral, static, payload = CertChain }
 *     -> s, se, payload         clientFinish { static, payload = ClientPayload }
 */
export class NoiseResponder {
  readonly #authority: Authority;
  readonly #ephemeral = createKeyPair();
  readonly #reader = createFrameReader();
  #hash: Buffer = PROTOCOL_NAME;
  #salt: Buffer = PROTOCOL_NAME;
  #key: Buffer = PROTOCOL_NAME;
  #counter = 0;
  #outgoing: TransportCipher | undefined;
  #incoming: TransportCipher | undefined;

  constructor(authority: Authority) {
    this.#authority = authority;
    this.#mixHash(PROTOCOL_HEADER);
  }

  /** Where an earlier login told this client to come back to. */
  get routingInfo(): Buffer | undefined {
    return this.#reader.routingInfo();
  }

  /** Takes bytes from the line and gives the frames that are complete. */
  frames(chunk: Buffer): Iterable<Buffer> {
    return this.#reader.read(chunk);
  }

  /** Takes the first message of the handshake and gives the second. */
  answerHello(message: Buffer): Buffer {
    const { clientHello } = proto.HandshakeMessage.decode(message);
    const clientEphemeral = Buffer.from(clientHello?.ephemeral ?? NONE);
    this.#mixHash(clientEphemeral);
    this.#mixHash(this.#ephemeral.pub);
    this.#mixKey(agree(this.#ephemeral.priv, clientEphemeral));
    const encryptedStatic = this.#seal(this.#authority.serverStatic.pub);
    this.#mixKey(agree(this.#authority.serverStatic.priv, clientEphemeral));
    const payload = this.#seal(this.#authority.chain);
    const serverHello = { ephemeral: this.#ephemeral.pub, static: encryptedStatic, payload };
    return frame(Buffer.from(proto.HandshakeMessage.encode({ serverHello }).finish()));
  }

  /** Takes the third message; from then on `encrypt` and `decrypt` work. */
  readFinish(message: Buffer): Caller {
    const { clientFinish } = proto.HandshakeMessage.decode(message);
    const clientStatic = this.#open(Buffer.from(clientFinish?.static ?? NONE));
    this.#mixKey(agree(this.#ephemeral.priv, clientStatic));
    const payload = this.#open(Buffer.from(clientFinish?.payload ?? NONE));
    const keys = hkdf(NONE, { length: 64, salt: this.#salt });
    this.#incoming = createTransportCipher(keys.subarray(0, 32));
    this.#outgoing = createTransportCipher(keys.subarray(32));
    return { clientStatic, payload: proto.ClientPayload.decode(payload) };
  }

  encrypt(data: Buffer): Buffer {
    if (!this.#outgoing) throw new Error('the handshake is not finished');
    return frame(this.#outgoing.seal(data));
  }

  decrypt(sealed: Buffer): Buffer {
    if (!this.#incoming) throw new Error('the handshake is not finished');
    return this.#incoming.open(sealed);
  }

  #mixHash(data: Buffer): void {
    this.#hash = sha256(Buffer.concat([this.#hash, data]));
  }

  #mixKey(secret: Buffer): void {
    const keys = hkdf(secret, { length: 64, salt: this.#salt });
    this.#salt = keys.subarray(0, 32);
    this.#key = keys.subarray(32);
    this.#counter = 0;
  }

  #next() {
    const iv = counterIv(this.#counter);
    this.#counter += 1;
    return { key: this.#key, iv, aad: this.#hash };
  }

  #seal(plaintext: Buffer): Buffer {
    const sealed = gcmSeal(this.#next(), plaintext);
    this.#mixHash(sealed);
    return sealed;
  }

  #open(sealed: Buffer): Buffer {
    const plaintext = gcmOpen(this.#next(), sealed);
    this.#mixHash(sealed);
    return plaintext;
  }
}
