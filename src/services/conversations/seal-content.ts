import type { ShownContent } from '../../domain/conversations/message-content.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';

type Place = { readonly sessionId: string; readonly messageId: string };

/** The content of a message as it is stored. It opens only for the same message. */
export function sealContent(sealer: Sealer, place: Place, content: ShownContent) {
  return {
    sealedContent: sealer.seal(JSON.stringify(content), toContext('messages', place)),
    secretVersion: sealer.version,
  };
}

/** @throws {SealError} if the key is unknown, or the content is not that of this message. */
export function openContent(sealer: Sealer, place: Place, sealed: string): ShownContent {
  return JSON.parse(sealer.open(sealed, toContext('messages', place))) as ShownContent;
}

/** Undefined for a reaction that was taken back. */
export function sealEmoji(sealer: Sealer, place: Place, emoji: string): string | undefined {
  return emoji === '' ? undefined : sealer.seal(emoji, toContext('reactions', place));
}

/** @throws {SealError} as `openContent`. */
export function openEmoji(sealer: Sealer, place: Place, sealed: string): string {
  return sealer.open(sealed, toContext('reactions', place));
}

/** Seals a name that a person has chosen. */
export function sealName(sealer: Sealer, sessionId: string, person: string, name: string): string {
  return sealer.seal(name, toContext('contacts', { sessionId, messageId: person }));
}

/** @throws {SealError} as `openContent`. */
export function openName(
  sealer: Sealer,
  sessionId: string,
  person: string,
  sealed: string,
): string {
  return sealer.open(sealed, toContext('contacts', { sessionId, messageId: person }));
}

/** Seals the subject or the description of a group. */
export function sealGroupText(
  sealer: Sealer,
  { sessionId, groupId }: { readonly sessionId: string; readonly groupId: string },
  text: string,
): string {
  return sealer.seal(text, toContext('groups', { sessionId, messageId: groupId }));
}

/** @throws {SealError} as `openContent`. */
export function openGroupText(
  sealer: Sealer,
  { sessionId, groupId }: { readonly sessionId: string; readonly groupId: string },
  sealed: string,
): string {
  return sealer.open(sealed, toContext('groups', { sessionId, messageId: groupId }));
}

function toContext(table: string, { sessionId, messageId }: Place): string {
  return `${table}:${sessionId}:${messageId}`;
}
