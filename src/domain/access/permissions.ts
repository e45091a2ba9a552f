/** The scopes that a key can have. */
export const scopes = [
  'otp:send',
  'otp:verify',
  'sessions:manage',
  'messages:send',
  'messages:read',
  'analytics:read',
  'keys:manage',
  'webhooks:manage',
  'metrics:read',
] as const;
export type Scope = (typeof scopes)[number];

/**
 * Scopes about the installation and not about one account. Operators have them, and can give them to a key; `*` does not
 * include them.
 */
const installationScopes: readonly Permission[] = ['metrics:read'];

/** Everything within one account. It includes neither operator rights nor the scopes about the installation. */
export const ALL_SCOPES = '*';
export type GrantedScope = Scope | typeof ALL_SCOPES;

/**
 * What an action requires of its caller: a scope, everything in the account (`*`), or `operate`, which
 * is running the installation: users, all accounts, cleanup.
 */
export type Permission = GrantedScope | 'operate';

export const roles = ['USER', 'ADMIN'] as const;

/** `USER` may do everything in one account. `ADMIN` is an operator, who acts for no account. */
export type Role = (typeof roles)[number];

export const keyModes = ['live', 'test'] as const;

/** A `test` key can send to test numbers only; a `live` key to all other numbers. */
export type KeyMode = (typeof keyModes)[number];

/** The restrictions of a key. A missing field is no restriction. */
export type KeyRestrictions = {
  /** Stored session ids. */
  readonly sessions?: readonly string[] | undefined;
  readonly purposes?: readonly string[] | undefined;
  /** ISO 3166 regions of recipients. */
  readonly regions?: readonly string[] | undefined;
  /** Networks that the key may be used from, as `address/bits`. */
  readonly networks?: readonly string[] | undefined;
  /** Sends per hour, if fewer than `LIMIT_SENDS_PER_KEY_HOUR`. */
  readonly sendsPerHour?: number | undefined;
  /** The id of the key whose send budget it shares, so that creating keys does not add budget. */
  readonly sendPot?: string | undefined;
  /** When the key expires. */
  readonly expiresAt?: Date | undefined;
  /** `false`: requests with this key must not name the end user's address. */
  readonly clientIp?: boolean | undefined;
};

/** What a caller may do. */
export type Access = {
  readonly scopes: readonly GrantedScope[];
  readonly isOperator: boolean;
};

/** Whether `access` includes at least one of `permissions`. */
export function isAllowed(access: Access, permissions: readonly Permission[]): boolean {
  return permissions.some((permission) => hasPermission(access, permission));
}

function hasPermission({ scopes: granted, isOperator }: Access, permission: Permission): boolean {
  if (permission === 'operate') return isOperator;
  if (granted.includes(permission)) return true;
  return installationScopes.includes(permission) ? isOperator : granted.includes(ALL_SCOPES);
}

/** After 30 days without a login from it, a network counts as unknown again. */
export const KNOWN_NETWORK_SECONDS = 30 * 86_400;
