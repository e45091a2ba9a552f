/** What a session stores of its conversations: nothing, who wrote what kind of message when, or also what it says. */
export const storeLevels = ['none', 'headers', 'content'] as const;
export type StoreLevel = (typeof storeLevels)[number];

/** What a session is for. */
export const sessionUses = ['passcodes', 'conversations', 'both'] as const;
export type SessionUse = (typeof sessionUses)[number];

/** The kinds of chats that a session can ignore: what is written there is not even decrypted. */
export const ignorableChats = ['groups', 'status', 'newsletters'] as const;
export type IgnorableChats = (typeof ignorableChats)[number];

/** What people who write to a session get as an answer. Without a text, it is the built-in one. */
type AutoReply = { readonly text?: string | undefined };

export type SessionSettings = {
  readonly store: StoreLevel;
  readonly use: SessionUse;
  readonly ignore: readonly IgnorableChats[];
  /** Null if they get none. */
  readonly autoReply: AutoReply | null;
  /** What the caller keeps with the session. Nothing here reads it. */
  readonly metadata: Readonly<Record<string, string>>;
};

export const DEFAULT_SETTINGS: SessionSettings = {
  store: 'none',
  use: 'passcodes',
  ignore: ignorableChats,
  autoReply: null,
  metadata: {},
};

/** Whether `level` stores less than `than`. */
export function storesLess(level: StoreLevel, than: StoreLevel): boolean {
  return storeLevels.indexOf(level) < storeLevels.indexOf(than);
}

/** The uses of sessions that send codes. */
export const codeUses = sessionUses.filter((use) => sendsCodes(use));

/** Whether a session with this use sends codes. */
export function sendsCodes(use: SessionUse): boolean {
  return use !== 'conversations';
}

type StoredSettings = {
  readonly storeLevel: StoreLevel;
  readonly usedFor: SessionUse;
  readonly ignoredChats: string;
  readonly autoReplies: boolean;
  readonly autoReplyText: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
};

/** Reads the settings of a stored session. */
export function readSettings(stored: StoredSettings): SessionSettings {
  const { storeLevel: store, usedFor: use, ignoredChats, autoReplies, autoReplyText } = stored;
  const autoReply = autoReplies ? { text: autoReplyText } : null;
  return {
    store,
    use,
    ignore: readIgnored(ignoredChats),
    autoReply,
    metadata: stored.metadata ?? {},
  };
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
