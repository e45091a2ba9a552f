/** What a session stores of its conversations: nothing, who wrote what kind of message when, or also what it says. */
export const storeLevels = ['none', 'headers', 'content'] as const;
export type StoreLevel = (typeof storeLevels)[number];

/** What a session is for. */
export const sessionUses = ['passcodes', 'conversations', 'both'] as const;
export type SessionUse = (typeof sessionUses)[number];

/** The kinds of chats that a session can ignore: what is written there is not even decrypted. */
export const ignorableChats = ['groups', 'status', 'newsletters'] as const;
export type IgnorableChats = (typeof ignorableChats)[number];

export type SessionSettings = {
  readonly store: StoreLevel;
  readonly use: SessionUse;
  readonly ignore: readonly IgnorableChats[];
};

export const DEFAULT_SETTINGS: SessionSettings = {
  store: 'none',
  use: 'passcodes',
  ignore: ignorableChats,
};

/** Whether `level` stores less than `than`. */
export function storesLess(level: StoreLevel, than: StoreLevel): boolean {
  return storeLevels.indexOf(level) < storeLevels.indexOf(than);
}

/** Whether a session with this use sends codes. */
export function sendsCodes(use: SessionUse): boolean {
  return use !== 'conversations';
}

/** The stored form of a list of chats: their names in a fixed order, separated by commas. */
export function writeIgnored(ignore: readonly IgnorableChats[]): string {
  return ignorableChats.filter((kind) => ignore.includes(kind)).join(',');
}

/** Reads the stored form. Names of another version are left out. */
export function readIgnored(stored: string): readonly IgnorableChats[] {
  const names = stored.split(',');
  return ignorableChats.filter((kind) => names.includes(kind));
}

/**
 * Whether WhatsApp's ID of a chat (`…@g.us`, `…@newsletter`, `status@broadcast`) is one of those that are ignored.
 * Broadcast lists always are.
 */
export function isIgnoredChat(jid: string, ignore: readonly IgnorableChats[]): boolean {
  if (jid.endsWith('@g.us')) return ignore.includes('groups');
  if (jid.endsWith('@newsletter')) return ignore.includes('newsletters');
  if (jid === 'status@broadcast') return ignore.includes('status');
  return jid.endsWith('@broadcast');
}
