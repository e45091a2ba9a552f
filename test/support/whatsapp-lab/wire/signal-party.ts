import { randomBytes } from 'node:crypto';
import {
  ProtocolAddress,
  type SerializedSession,
  SessionBuilder,
  SessionCipher,
  SessionRecord,
  type SignalKeyPair,
  type SignalStorage,
} from 'libsignal';
import { PreKeyWhisperMessage } from 'libsignal/src/protobufs.js';
import { bare, createKeyPair, type KeyPair, sign, withType } from './crypto.ts';
import { GroupParty } from './group-party.ts';
import type { KeyBundle } from './key-bundle.ts';

const PRE_KEY_MESSAGE = 3;

/** One Signal endpoint: a long-term identity, one-time keys and ratchet sessions. */
export class SignalParty {
  readonly identity = createKeyPair();
  readonly registrationId = randomBytes(2).readUInt16BE() & 16_383;
  readonly groups = new GroupParty();
  readonly #signedPair = createKeyPair();
  readonly #preKeys = new Map<number, KeyPair>();
  readonly #sessions = new Map<string, SerializedSession>();
  #nextPreKeyId = 1;

  /** What a key server hands to somebody who wants to write to this party; uses up a one-time key. */
  takeBundle(): KeyBundle {
    const id = this.#nextPreKeyId;
    this.#nextPreKeyId += 1;
    const pair = createKeyPair();
    this.#preKeys.set(id, pair);
    const { pub } = this.#signedPair;
    return {
      registrationId: this.registrationId,
      identity: this.identity.pub,
      signedPreKey: { id: 1, pub, signature: sign(this.identity.priv, withType(pub)) },
      preKey: { id, pub: pair.pub },
    };
  }

  hasSession(address: string): boolean {
    const session = this.#sessions.get(address);
    return session !== undefined && SessionRecord.deserialize(session).haveOpenSession();
  }

  async startSession(address: string, bundle: KeyBundle): Promise<void> {
    const { registrationId, identity, signedPreKey, preKey } = bundle;
    await new SessionBuilder(this.#storage(), parseAddress(address)).initOutgoing({
      registrationId,
      identityKey: withType(identity),
      signedPreKey: {
        keyId: signedPreKey.id,
        publicKey: withType(signedPreKey.pub),
        signature: signedPreKey.signature,
      },
      ...(preKey && { preKey: { keyId: preKey.id, publicKey: withType(preKey.pub) } }),
    });
  }

  async encrypt(address: string, plaintext: Buffer) {
    const cipher = new SessionCipher(this.#storage(), parseAddress(address));
    const { type, body } = await cipher.encrypt(plaintext);
    const ciphertext = typeof body === 'string' ? Buffer.from(body, 'binary') : Buffer.from(body);
    return { type: type === PRE_KEY_MESSAGE ? ('pkmsg' as const) : ('msg' as const), ciphertext };
  }

  /**
   * Gives the plaintext and, for a `pkmsg`, the sender's identity key as it stands in the envelope.
   * @throws what libsignal throws when no session fits or a message counter was used before.
   */
  async decrypt(address: string, type: string, ciphertext: Buffer) {
    const cipher = new SessionCipher(this.#storage(), parseAddress(address));
    if (type === 'msg') return { plaintext: await cipher.decryptWhisperMessage(ciphertext) };
    const { identityKey } = PreKeyWhisperMessage.decode(ciphertext.subarray(1));
    const plaintext = await cipher.decryptPreKeyWhisperMessage(ciphertext);
    return { plaintext, senderIdentity: bare(identityKey) };
  }

  /** Sessions are kept serialized, so that a decryption that fails halfway leaves no trace. */
  #storage(): SignalStorage {
    return {
      loadSession: async (address) => {
        const session = this.#sessions.get(address);
        return session && SessionRecord.deserialize(session);
      },
      storeSession: async (address, record) => void this.#sessions.set(address, record.serialize()),
      isTrustedIdentity: () => true,
      loadPreKey: async (id) => {
        const pair = this.#preKeys.get(id);
        return pair && signalPair(pair);
      },
      removePreKey: async (id) => void this.#preKeys.delete(id),
      loadSignedPreKey: () => signalPair(this.#signedPair),
      getOurRegistrationId: () => this.registrationId,
      getOurIdentity: () => signalPair(this.identity),
    };
  }
}

function signalPair({ pub, priv }: KeyPair): SignalKeyPair {
  return { privKey: priv, pubKey: withType(pub) };
}

function parseAddress(address: string): ProtocolAddress {
  const [name = '', device] = address.split('.');
  return new ProtocolAddress(name, Number(device));
}
