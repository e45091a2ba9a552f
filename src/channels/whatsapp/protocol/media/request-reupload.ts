import type { LostMedia, Reupload } from '../../../../domain/conversations/lost-media.ts';
import { readPersonKey, toChatKind } from '../../../../domain/conversations/message.ts';
import { toWhatsAppId } from '../../../../domain/whatsapp/whatsapp-number.ts';
import { ChannelError } from '../../../contract.ts';
import {
  type BaileysEventMap,
  decryptMediaRetryData,
  encryptMediaRetryRequest,
  proto,
  type WAMessageKey,
  type WASocket,
} from '../baileys.ts';

const { ResultType } = proto.MediaRetryNotification;

/** How long the phone may take. It must be online, and has to upload the file. */
const REUPLOAD_MS = 15_000;

/**
 * Asks the phone of the session to upload a file again. Baileys' own `updateMediaMessage` would wait without an end for
 * a phone that is not online.
 * @throws {ChannelError} `unavailable` if the connection ends.
 */
export async function requestReupload(socket: WASocket, lost: LostMedia): Promise<Reupload> {
  const mediaKey = Buffer.from(lost.mediaKey, 'base64');
  const request = encryptMediaRetryRequest(toKey(lost), mediaKey, socket.user?.id ?? '');
  const { ev } = socket;
  let stop = () => {};
  try {
    return await new Promise<Reupload>((resolve, reject) => {
      const timer = setTimeout(() => resolve({ outcome: 'no_answer' }), REUPLOAD_MS);
      const onUpdate = (updates: Updates) => {
        const found = updates.find(({ key }) => key.id === lost.messageId);
        if (found) resolve(readAnswer(found, mediaKey, lost.messageId));
      };
      const onState = ({ connection }: BaileysEventMap['connection.update']) => {
        if (connection === 'close') reject(new ChannelError('unavailable', 'the connection ended'));
      };
      ev.on('messages.media-update', onUpdate);
      ev.on('connection.update', onState);
      stop = () => {
        clearTimeout(timer);
        ev.off('messages.media-update', onUpdate);
        ev.off('connection.update', onState);
      };
      socket.sendNode(request).catch((cause: Error) => {
        reject(new ChannelError('unavailable', `could not ask the phone: ${cause.message}`));
      });
    });
  } finally {
    stop();
  }
}

type Updates = BaileysEventMap['messages.media-update'];

/** An answer that cannot be decrypted is not from the phone. */
function readAnswer(
  { media, error }: Updates[number],
  mediaKey: Buffer,
  messageId: string,
): Reupload {
  if (error || !media) return { outcome: 'missing' };
  try {
    const { result, directPath } = decryptMediaRetryData(media, mediaKey, messageId);
    if (result === ResultType.SUCCESS && directPath) return { outcome: 'found', directPath };
  } catch {
    // As if the phone did not have it.
  }
  return { outcome: 'missing' };
}

function toKey({ messageId, chatKey, authorKey, isFromMe }: LostMedia): WAMessageKey {
  const isPerson = toChatKind(chatKey) === 'person';
  const remoteJid = isPerson ? toJid(chatKey) : toSharedJid(chatKey);
  const participant = isPerson ? {} : { participant: toJid(authorKey) };
  return { remoteJid, fromMe: isFromMe, id: messageId, ...participant };
}

function toJid(personKey: string): string {
  const { phoneNumber, lid } = readPersonKey(personKey);
  return phoneNumber === undefined ? `${lid ?? ''}@lid` : toWhatsAppId(phoneNumber);
}

const toSharedJid = (chatKey: string): string =>
  toChatKind(chatKey) === 'status' ? 'status@broadcast' : chatKey;
