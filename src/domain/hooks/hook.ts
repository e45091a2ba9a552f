/** The longest text of a caller that is sent. */
export const LONGEST_TEXT = 320;

/** How long a code of another server can be valid here, in seconds. */
export const CODE_SECONDS = { min: 30, max: 3600 };

/** The servers that own their codes and call a hook with each of them, by the format of their calls. */
export const hookDialects = [
  'supabase',
  'logto',
  'kratos',
  'zitadel',
  'authgear',
  'authentik',
  'keycloak',
  'generic',
] as const;
export type HookDialect = (typeof hookDialects)[number];

/**
 * How a call of a hook ended. `received`: not yet handed to a channel. `sending`: on its way. `accepted`: a channel
 * accepted the message. `failed`: no channel did, or it is not known. `refused`: nothing was sent. `test`: of a hook that
 * sends nothing.
 */
export const relayStatuses = [
  'received',
  'sending',
  'accepted',
  'failed',
  'refused',
  'test',
] as const;
export type RelayStatus = (typeof relayStatuses)[number];

/** What a call of a server asks for. */
export type HookEvent = {
  /** A number in E.164, or an email address. */
  readonly to: string;
  readonly code: string;
  /** The text of the server, which is only sent if the hook permits it. */
  readonly text: string | undefined;
  readonly purpose: string;
  /** Identifies the event over all its retries; undefined if the server has no such ID. */
  readonly eventId: string | undefined;
  readonly locale: string | undefined;
  readonly companyName: string | undefined;
  /** The address of the end user. */
  readonly clientIp: string | undefined;
  /** How long the code is valid, in seconds; undefined if the server does not say. */
  readonly ttlSeconds: number | undefined;
};

const CODE = /^[A-Za-z0-9]{4,10}$/;

/** The first run of 4 to 10 digits. */
const CODE_IN_TEXT = /(?<![\p{L}\p{N}])\d{4,10}(?![\p{L}\p{N}])/u;

const PURPOSE_CHARACTERS = /[^a-z0-9_-]+/g;
const LONGEST_PURPOSE = 32;

/** Whether a text can be a code: 4 to 10 letters and digits. */
export function isRelayedCode(text: string): boolean {
  return CODE.test(text);
}

/** Finds the code in a text, for servers that send nothing else. */
export function findCodeIn(text: string): string | undefined {
  return CODE_IN_TEXT.exec(text)?.[0];
}

/** What a server calls the reason for a code, as a purpose: `SignIn` becomes `signin`. */
export function toRelayPurpose(text: string | undefined): string {
  const purpose = (text ?? '')
    .toLowerCase()
    .replace(PURPOSE_CHARACTERS, '-')
    .replace(/^[-_]+/, '');
  return purpose.slice(0, LONGEST_PURPOSE) || 'login';
}
