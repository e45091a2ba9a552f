// What the lab uses of libsignal, whose own types name neither its protobufs nor a bundle that has
// run out of one-time keys.
declare module 'libsignal' {
  export type SignalKeyPair = { readonly privKey: Buffer; readonly pubKey: Buffer };

  /** What `SessionRecord.serialize` makes: a deep copy without methods. */
  export type SerializedSession = { readonly version: string; readonly _sessions: object };

  export type SignalStorage = {
    loadSession(address: string): Promise<SessionRecord | undefined>;
    storeSession(address: string, record: SessionRecord): Promise<void>;
    isTrustedIdentity(): boolean;
    loadPreKey(id: number): Promise<SignalKeyPair | undefined>;
    removePreKey(id: number): Promise<void>;
    loadSignedPreKey(id: number): SignalKeyPair;
    getOurRegistrationId(): number;
    getOurIdentity(): SignalKeyPair;
  };

  export class ProtocolAddress {
    constructor(name: string, deviceId: number);
  }

  export class SessionRecord {
    static deserialize(serialized: SerializedSession): SessionRecord;
    serialize(): SerializedSession;
    haveOpenSession(): boolean;
  }

  export class SessionBuilder {
    constructor(storage: SignalStorage, address: ProtocolAddress);
    initOutgoing(bundle: {
      registrationId: number;
      identityKey: Uint8Array;
      signedPreKey: { keyId: number; publicKey: Uint8Array; signature: Uint8Array };
      preKey?: { keyId: number; publicKey: Uint8Array };
    }): Promise<void>;
  }

  export class SessionCipher {
    constructor(storage: SignalStorage, address: ProtocolAddress);
    encrypt(plaintext: Buffer): Promise<{ type: number; body: string | Buffer }>;
    decryptWhisperMessage(ciphertext: Buffer): Promise<Buffer>;
    decryptPreKeyWhisperMessage(ciphertext: Buffer): Promise<Buffer>;
  }
}

declare module 'libsignal/src/curve.js' {
  export function generateKeyPair(): { pubKey: Uint8Array; privKey: Uint8Array };
  export function calculateAgreement(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array;
  export function calculateSignature(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
}

declare module 'libsignal/src/protobufs.js' {
  export const PreKeyWhisperMessage: {
    decode(bytes: Uint8Array): { readonly identityKey: Uint8Array };
  };
}
