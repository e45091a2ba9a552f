import type { Account } from '../account.ts';
import { isCounterSigned, signDevice } from '../wire/adv.ts';
import type { KeyPair } from '../wire/crypto.ts';
import type { Linking } from './pairing.ts';
import type { Invitation } from './phone-pairing.ts';

type Wanted = {
  readonly account: Account;
  /** The phone's long-term key. */
  readonly phone: KeyPair;
  readonly device: number;
  readonly invitation: Invitation;
};

/** A phone signs a device and takes its counter-signature. @throws when that is not right. */
export async function linkDevice(
  linking: Linking,
  { account, phone, device, invitation }: Wanted,
): Promise<{ device: number }> {
  const { registration, advSecret } = invitation;
  const { identityPub } = registration;
  const { details, deviceIdentity } = signDevice(phone, { device, identityPub, advSecret });
  const offer = { device, deviceIdentity };
  const answer = await linking.sayPairSuccess(registration, account, offer);
  if (!isCounterSigned(answer, { phone, details, identityPub })) {
    throw new Error('the client has not counter-signed its identity as WhatsApp wants it');
  }
  linking.finish(registration, account, device);
  return { device };
}
