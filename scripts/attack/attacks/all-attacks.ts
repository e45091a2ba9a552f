import { anonymous } from './anonymous.ts';
import type { Attack } from './attack.ts';
import { hostileAccount } from './hostile-account.ts';
import { leakedSendKey } from './leaked-send-key.ts';
import { manyAddresses } from './many-addresses.ts';

/** In the order of the table. To add an attack, add a file in this folder and a line in this list. */
export const ATTACKS: readonly Attack[] = [anonymous, leakedSendKey, hostileAccount, manyAddresses];
