import type { WhatsAppPerson } from '../../../../domain/conversations/whatsapp-message.ts';
import { toPhoneNumber } from '../../../../domain/whatsapp/whatsapp-number.ts';
import { jidDecode, type WASocket } from '../baileys.ts';

type Jid = string | null | undefined;

/** The servers of IDs that consist of a number, and of hidden IDs. A hosted account is a business at a provider. */
const NUMBER_SERVERS: readonly string[] = ['s.whatsapp.net', 'c.us', 'hosted'];
const LID_SERVERS: readonly string[] = ['lid', 'hosted.lid'];

export type PersonFinder = ReturnType<typeof createPersonFinder>;

/** Finds out who is behind the IDs of a message. */
export function createPersonFinder(socket: Pick<WASocket, 'user' | 'signalRepository'>) {
  /** Our own IDs, which are not known before the number is linked. */
  const readMe = (): WhatsAppPerson => toPerson([socket.user?.id, socket.user?.lid]);

  /** Whether one of the IDs is our own. */
  function isMe({ phoneNumber, lid }: WhatsAppPerson): boolean {
    const me = readMe();
    return (
      (phoneNumber !== undefined && phoneNumber === me.phoneNumber) ||
      (lid !== undefined && lid === me.lid)
    );
  }

  /** Finds the number in the envelope, then in what Baileys has stored. Never asks WhatsApp. */
  async function find(jid: Jid, alternative: Jid): Promise<WhatsAppPerson> {
    const named = toPerson([jid]);
    if (isMe(named)) return readMe();
    const other = toPerson([alternative]);
    // With what our own phone sends, the alternative ID is our own, not the other person's.
    const person = isMe(other) ? named : { ...other, ...named };
    if (person.phoneNumber !== undefined || person.lid === undefined) return person;
    const stored = toPerson([await findStored(person.lid)]);
    return stored.phoneNumber === undefined || isMe(stored) ? person : { ...person, ...stored };
  }

  async function findStored(lid: string): Promise<Jid> {
    return socket.signalRepository.lidMapping.getPNForLID(`${lid}@lid`).catch(() => undefined);
  }

  return { find, readMe, isMe };
}

/** Reads a person from IDs, which are of the same person. The device is left out. */
export function toPerson(jids: readonly Jid[]): WhatsAppPerson {
  return Object.assign({}, ...jids.map(readJid));
}

function readJid(jid: Jid): WhatsAppPerson {
  const { user = '', server = '' } = (jid ? jidDecode(jid) : undefined) ?? {};
  if (!/^\d{5,20}$/.test(user)) return {};
  if (NUMBER_SERVERS.includes(server)) return { phoneNumber: toPhoneNumber(user) };
  return LID_SERVERS.includes(server) ? { lid: user } : {};
}
