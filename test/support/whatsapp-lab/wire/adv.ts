import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import { hmacSha256, type KeyPair, sign, verify } from './crypto.ts';

const ACCOUNT_SIGNATURE = Buffer.from([6, 0]);
const DEVICE_SIGNATURE = Buffer.from([6, 1]);

type Device = {
  /** The number of the device, which is also its key index. */
  readonly device: number;
  readonly identityPub: Buffer;
  /** What the QR or the code has brought: it proves that this phone was meant. */
  readonly advSecret: Buffer;
};

/** Signs a device as belonging to a phone's account. */
export function signDevice(phone: KeyPair, { device, identityPub, advSecret }: Device) {
  const details = Buffer.from(
    proto.ADVDeviceIdentity.encode({
      rawId: randomBytes(4).readUInt32BE(),
      timestamp: Math.floor(Date.now() / 1000),
      keyIndex: device,
    }).finish(),
  );
  const toSign = Buffer.concat([ACCOUNT_SIGNATURE, details, identityPub]);
  const signed = Buffer.from(
    proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: phone.pub,
      accountSignature: sign(phone.priv, toSign),
    }).finish(),
  );
  const hmac = hmacSha256(advSecret, signed);
  const deviceIdentity = Buffer.from(
    proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish(),
  );
  return { details, deviceIdentity };
}

/** Says whether a client counter-signed the very details that its phone signed. */
export function isCounterSigned(
  answer: Buffer,
  { phone, details, identityPub }: { phone: KeyPair; details: Buffer; identityPub: Buffer },
): boolean {
  const { deviceSignature } = proto.ADVSignedDeviceIdentity.decode(answer);
  const toSign = Buffer.concat([DEVICE_SIGNATURE, details, identityPub, phone.pub]);
  return deviceSignature ? verify(identityPub, toSign, deviceSignature) : false;
}

/** Says whether a sender proves that the owner's phone signed the device which it writes from. */
export function isDeviceOf(
  owner: Buffer,
  { deviceIdentity, senderIdentity }: { deviceIdentity: Buffer; senderIdentity: Buffer },
): boolean {
  const { details, accountSignatureKey, accountSignature, deviceSignature } =
    proto.ADVSignedDeviceIdentity.decode(deviceIdentity);
  if (!details || !accountSignatureKey || !accountSignature || !deviceSignature) return false;
  const byAccount = Buffer.concat([ACCOUNT_SIGNATURE, details, senderIdentity]);
  const byDevice = Buffer.concat([DEVICE_SIGNATURE, details, senderIdentity, accountSignatureKey]);
  return (
    owner.equals(accountSignatureKey) &&
    verify(accountSignatureKey, byAccount, accountSignature) &&
    verify(senderIdentity, byDevice, deviceSignature)
  );
}
