import { randomBytes } from 'node:crypto';
import {
  aesCtr,
  agree,
  createKeyPair,
  gcmOpen,
  hkdf,
  type KeyPair,
  pairingCodeKey,
} from '../wire/crypto.ts';
import type { Linking, Registration } from './pairing.ts';

export type Invitation = { readonly registration: Registration; readonly advSecret: Buffer };

const BUNDLE_INFO = 'link_code_pairing_key_bundle_encryption_key';
const DIGIT_LIKE = /[\s-]/g;

/**
 * What a phone reads from a QR code: everything that it needs is in the text.
 * @throws when it is not a linking code, or not one of a client that waits here.
 */
export function readQr(linking: Linking, qr: string): Invitation {
  const text = qr.slice(qr.indexOf('#') + 1).trim();
  const [ref, noise, identity, advSecret] = text.split(',');
  if (!ref || !noise || !identity || !advSecret) {
    throw new Error('this is not the text of a WhatsApp linking QR code (2@…,…,…,…)');
  }
  const registration = linking.getByRef(ref);
  if (registration.noisePub.toString('base64') !== noise) {
    throw new Error('the noise key in the QR code is not the one of the connection');
  }
  if (registration.identityPub.toString('base64') !== identity) {
    throw new Error('the identity key in the QR code is not the one of the registration');
  }
  return { registration, advSecret: Buffer.from(advSecret, 'base64') };
}

/**
 * What a phone does with the 8 characters that a client shows: both derive a key from them, under
 * which they exchange what the QR would have told.
 * @throws when the code is wrong, or no client waits for this number.
 */
export async function typeCode(
  linking: Linking,
  { pn, typed, identity }: { pn: string; typed: string; identity: KeyPair },
): Promise<Invitation> {
  const code = typed.replace(DIGIT_LIKE, '').toUpperCase();
  const registration = await linking.getByNumber(pn);
  const wrapped = registration.linkCode.wrappedEphemeral;
  const companionEphemeral = aesCtr(
    pairingCodeKey(code, wrapped.subarray(0, 32)),
    wrapped.subarray(32, 48),
    wrapped.subarray(48, 80),
  );
  const ephemeral = createKeyPair();
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const finish = await linking.sayPrimaryHello(registration, {
    wrappedEphemeral: Buffer.concat([
      salt,
      iv,
      aesCtr(pairingCodeKey(code, salt), iv, ephemeral.pub),
    ]),
    identityPub: identity.pub,
  });
  const shared = agree(ephemeral.priv, companionEphemeral);
  const bundle = openBundle(shared, finish.wrappedBundle);
  const companionIdentity = bundle.subarray(0, 32);
  if (!companionIdentity.equals(finish.identityPub)) {
    throw new Error('the identity of the client is not the one in its key bundle');
  }
  if (!bundle.subarray(32, 64).equals(identity.pub)) {
    throw new Error('the key bundle is for another phone');
  }
  const secrets = [shared, agree(identity.priv, companionIdentity), bundle.subarray(64, 96)];
  const advSecret = hkdf(Buffer.concat(secrets), { length: 32, info: 'adv_secret' });
  return { registration, advSecret };
}

/** The bundle is salt (32), iv (12), then the sealed companion identity, phone identity and secret. */
function openBundle(shared: Buffer, wrapped: Buffer): Buffer {
  const key = hkdf(shared, { length: 32, salt: wrapped.subarray(0, 32), info: BUNDLE_INFO });
  try {
    return gcmOpen({ key, iv: wrapped.subarray(32, 44) }, wrapped.subarray(44));
  } catch (cause) {
    throw new Error('wrong pairing code: type the one that the client shows now', { cause });
  }
}
