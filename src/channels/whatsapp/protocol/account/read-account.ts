import type { DeviceInfo } from '../../../../domain/whatsapp/session.ts';
import { toPhoneNumber } from '../../../../domain/whatsapp/whatsapp-number.ts';
import type { AuthState } from '../auth-state.ts';
import { DEFAULT_CONNECTION_CONFIG, jidNormalizedUser, type WASocket } from '../baileys.ts';
import { readUser } from '../messages/note-inbound.ts';

/** The account of an open connection. */
export type OpenAccount = {
  readonly phoneNumber: string;
  readonly name?: string;
  /** Its hidden ID, or that of its number if it has none: `…@lid`, `…@s.whatsapp.net`. */
  readonly userId?: string;
  readonly device: DeviceInfo;
};

type Version = readonly [number, number, number];

export function readAccount(
  { user }: WASocket,
  { creds }: AuthState,
  version: Version | undefined,
): OpenAccount {
  const name = user?.name;
  const id = readUser([user?.id]);
  const userId = user?.lid ?? user?.id;
  return {
    phoneNumber: id ? toPhoneNumber(id) : '',
    ...(name && name !== '~' && { name }),
    ...(userId && { userId: jidNormalizedUser(userId) }),
    device: {
      ...(creds.platform && { platform: creds.platform }),
      version: (version ?? DEFAULT_CONNECTION_CONFIG.version).join('.'),
    },
  };
}
