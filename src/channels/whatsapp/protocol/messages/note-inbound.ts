import { toPhoneNumber } from '../../../../domain/whatsapp/whatsapp-number.ts';
import { jidDecode, type WAMessage, type WASocket } from '../baileys.ts';

export type InboundEvents = {
  readonly onInbound: (message: {
    readonly phoneNumber: string;
    /** The ID for messages to the sender. */
    readonly whatsAppId: string;
    readonly messageId: string;
  }) => void;
};

/** Reports that a person has written, if it is known who: the person is then a known contact. */
export async function noteInbound(
  { signalRepository }: WASocket,
  { key, message }: WAMessage,
  { onInbound }: InboundEvents,
): Promise<void> {
  if (!message || message.protocolMessage || key.fromMe) return;
  const { id, remoteJid, remoteJidAlt } = key;
  const lid = remoteJid?.endsWith('@lid') ? remoteJid : undefined;
  const user =
    readUser([remoteJid, remoteJidAlt]) ??
    readUser([lid && (await signalRepository.lidMapping.getPNForLID(lid).catch(() => null))]);
  if (!user || !id) return;
  const whatsAppId = `${user}@s.whatsapp.net`;
  onInbound({ phoneNumber: toPhoneNumber(user), whatsAppId, messageId: id });
}

/** Finds the phone number among a person's IDs. A person may have a hidden ID (LID) as well. */
export function readUser(jids: readonly (string | null | undefined)[]): string | undefined {
  for (const jid of jids) {
    const decoded = jid ? jidDecode(jid) : undefined;
    if (decoded?.server === 's.whatsapp.net') return decoded.user;
  }
  return undefined;
}
