import { bare, bigEndian } from './crypto.ts';
import { node, type Stanza } from './nodes.ts';

export type SignedPreKey = {
  readonly id: number;
  readonly pub: Buffer;
  readonly signature: Buffer;
};

/** What the key server gives to somebody who wants to start a session with a device. */
export type KeyBundle = {
  readonly registrationId: number;
  readonly identity: Buffer;
  readonly signedPreKey: SignedPreKey;
  /** Missing when the device's one-time keys are used up. */
  readonly preKey: { readonly id: number; readonly pub: Buffer } | undefined;
};

/** The type byte of a Curve25519 key. */
export const KEY_TYPE = Buffer.from([5]);

export const registrationNode = (registrationId: number): Stanza =>
  node('registration', {}, bigEndian(registrationId, 4));

/** A bundle without its registration, as an answer of the key server and a retry receipt carry it. */
export function keyNodes({ identity, signedPreKey, preKey }: KeyBundle): Stanza[] {
  const signed = [
    ...numberedKey(signedPreKey.id, signedPreKey.pub),
    node('signature', {}, signedPreKey.signature),
  ];
  return [
    node('type', {}, KEY_TYPE),
    node('identity', {}, bare(identity)),
    node('skey', {}, signed),
    ...(preKey ? [node('key', {}, numberedKey(preKey.id, preKey.pub))] : []),
  ];
}

function numberedKey(id: number, pub: Buffer): Stanza[] {
  return [node('id', {}, bigEndian(id, 3)), node('value', {}, bare(pub))];
}
