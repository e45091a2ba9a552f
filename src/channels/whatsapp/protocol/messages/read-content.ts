import { isShown } from '../../../../domain/conversations/message.ts';
import type {
  MediaContent,
  MessageContent,
  PollContent,
} from '../../../../domain/conversations/message-content.ts';
import { normalizeMessageContent, proto } from '../baileys.ts';

type Found = {
  readonly content: MessageContent;
  readonly contextInfo?: proto.IContextInfo | null | undefined;
};

type Media = {
  readonly mimetype?: string | null;
  readonly fileLength?: unknown;
  readonly fileName?: string | null;
  readonly caption?: string | null;
  readonly seconds?: number | null;
  readonly ptt?: boolean | null;
  readonly mediaKey?: Uint8Array | null;
  readonly directPath?: string | null;
  readonly fileEncSha256?: Uint8Array | null;
  readonly fileSha256?: Uint8Array | null;
};

/** Parts of the protocol that no person wrote, or that are of no use without more of the protocol. */
const NOT_SHOWN: ReadonlySet<string> = new Set<keyof proto.IMessage>([
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'protocolMessage',
  'reactionMessage',
  'encReactionMessage',
  'pollUpdateMessage',
  'keepInChatMessage',
  'pinInChatMessage',
  'stickerSyncRmrMessage',
  'encEventResponseMessage',
  'secretEncryptedMessage',
  'placeholderMessage',
  'messageHistoryBundle',
  'messageHistoryNotice',
  'call',
]);

/** Reads what a message contains; undefined if it is nothing for people. */
export function readContent(message: proto.IMessage): Found | undefined {
  const inner = normalizeMessageContent(message);
  if (!inner) return undefined;
  const { protocolMessage, reactionMessage } = inner;
  if (protocolMessage) return readChange(protocolMessage);
  if (reactionMessage?.key?.id)
    return { content: toReaction(reactionMessage.key.id, reactionMessage) };
  return readMedia(inner) ?? readWords(inner) ?? readThings(inner) ?? readUnsupported(inner);
}

function toReaction(messageId: string, { key, text }: proto.Message.IReactionMessage) {
  // Baileys has converted this to our point of view.
  return {
    type: 'reaction',
    messageId,
    isToFromMe: key?.fromMe === true,
    emoji: text ?? '',
  } as const;
}

function readChange({
  type,
  key,
  editedMessage,
}: proto.Message.IProtocolMessage): Found | undefined {
  const { REVOKE, MESSAGE_EDIT } = proto.Message.ProtocolMessage.Type;
  const messageId = key?.id;
  if (!messageId) return undefined;
  if (type === REVOKE) return { content: { type: 'revoke', messageId } };
  if (type !== MESSAGE_EDIT || !editedMessage) return undefined;
  const edited = readContent(editedMessage);
  if (!edited || !isShown(edited.content)) return undefined;
  return { content: { type: 'edit', messageId, content: edited.content } };
}

function readMedia(message: proto.IMessage): Found | undefined {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } =
    message;
  const all: readonly [
    MediaContent['type'],
    (Media & { contextInfo?: unknown }) | null | undefined,
  ][] = [
    ['image', imageMessage],
    ['video', videoMessage ?? ptvMessage],
    ['audio', audioMessage],
    ['document', documentMessage],
    ['sticker', stickerMessage],
  ];
  for (const [type, media] of all) {
    if (!media) continue;
    const content = toMedia(type, media);
    const contextInfo = media.contextInfo as proto.IContextInfo | undefined;
    return { content: content ?? { type: 'unsupported' }, contextInfo };
  }
  return undefined;
}

/** Undefined if the file cannot be fetched: some messages that are shown once come without keys. */
function toMedia(type: MediaContent['type'], media: Media): MediaContent | undefined {
  const { mediaKey, directPath, fileEncSha256, fileSha256 } = media;
  if (!mediaKey?.length || !directPath || !fileEncSha256?.length || !fileSha256?.length) {
    return undefined;
  }
  const { fileName, caption, seconds } = media;
  return {
    type,
    mimeType: media.mimetype || 'application/octet-stream',
    sizeBytes: Number(media.fileLength ?? 0),
    ...(fileName && { fileName }),
    ...(caption && { caption }),
    ...(seconds && { seconds }),
    ...(type === 'audio' && { isVoice: media.ptt === true }),
    keys: {
      mediaKey: toBase64(mediaKey),
      directPath,
      encSha256: toBase64(fileEncSha256),
      sha256: toBase64(fileSha256),
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function readWords({
  conversation,
  extendedTextMessage,
  ...message
}: proto.IMessage): Found | undefined {
  const text = extendedTextMessage?.text ?? conversation;
  if (text)
    return { content: { type: 'text', text }, contextInfo: extendedTextMessage?.contextInfo };
  const { buttonsResponseMessage: button, templateButtonReplyMessage: template } = message;
  const { listResponseMessage: list } = message;
  if (button)
    return toReply('button_reply', button.selectedButtonId, button.selectedDisplayText, button);
  if (template)
    return toReply('button_reply', template.selectedId, template.selectedDisplayText, template);
  if (list) return toReply('list_reply', list.singleSelectReply?.selectedRowId, list.title, list);
  return undefined;
}

function toReply(
  type: 'button_reply' | 'list_reply',
  replyId: string | null | undefined,
  text: string | null | undefined,
  { contextInfo }: { readonly contextInfo?: proto.IContextInfo | null },
): Found {
  return { content: { type, replyId: replyId ?? '', text: text ?? '' }, contextInfo };
}

function readThings(message: proto.IMessage): Found | undefined {
  return readPlace(message) ?? readContacts(message) ?? readPoll(message);
}

function readPlace({ locationMessage, liveLocationMessage }: proto.IMessage): Found | undefined {
  const place = locationMessage ?? liveLocationMessage;
  if (!place) return undefined;
  const { degreesLatitude, degreesLongitude, contextInfo } = place;
  const { name, address } = locationMessage ?? {};
  return {
    content: {
      type: 'location',
      latitude: degreesLatitude ?? 0,
      longitude: degreesLongitude ?? 0,
      ...(name && { name }),
      ...(address && { address }),
    },
    contextInfo,
  };
}

function readContacts({ contactMessage, contactsArrayMessage }: proto.IMessage): Found | undefined {
  const found = contactsArrayMessage?.contacts ?? (contactMessage ? [contactMessage] : undefined);
  if (!found) return undefined;
  const contacts = found.map(({ displayName, vcard }) => ({
    name: displayName ?? '',
    vcard: vcard ?? '',
  }));
  const { contextInfo } = contactsArrayMessage ?? contactMessage ?? {};
  return { content: { type: 'contact', contacts }, contextInfo };
}

function readPoll(message: proto.IMessage): Found | undefined {
  const { pollCreationMessage, pollCreationMessageV2, pollCreationMessageV3 } = message;
  const poll =
    pollCreationMessage ??
    pollCreationMessageV2 ??
    pollCreationMessageV3 ??
    message.pollCreationMessageV5;
  if (!poll) return undefined;
  const content: PollContent = {
    type: 'poll',
    question: poll.name ?? '',
    options: (poll.options ?? []).map(({ optionName }) => optionName ?? ''),
    mostChoices: poll.selectableOptionsCount ?? 0,
  };
  return { content, contextInfo: poll.contextInfo };
}

function readUnsupported(message: proto.IMessage): Found | undefined {
  const isAny = Object.entries(message).some(([key, value]) => value && !NOT_SHOWN.has(key));
  return isAny ? { content: { type: 'unsupported' } } : undefined;
}
