/** What a key may be for. */
export const scopes = [
  'otp:send',
  'otp:verify',
  'sessions:manage',
  'messages:send',
  'analytics:read',
  'keys:manage',
] as const;
export type Scope = (typeof scopes)[number];

/** Everything within one account. It does not make an operator. */
export const ALL_SCOPES = '*';
export type GrantedScope = Scope | typeof ALL_SCOPES;

/**
 * What an action asks of whoever calls it: a scope, everything in the account (`*`), or `operate`,
 * which is to run the installation: people, all accounts, metrics, tidying.
 */
export type Permission = GrantedScope | 'operate';

export const roles = ['USER', 'ADMIN'] as const;

/** `USER`: a person who may do everything in one account. `ADMIN`: an operator, who acts for none. */
export type Role = (typeof roles)[number];

export const keyModes = ['live', 'test'] as const;

/** A `test` key reaches test numbers and nobody else; a `live` key everybody but them. */
export type KeyMode = (typeof keyModes)[number];

/** What a key is held to. What is missing is no restriction. */
export type KeyRestrictions = {
  /** Sessions by the names that are on record. */
  readonly sessions?: readonly string[] | undefined;
  readonly purposes?: readonly string[] | undefined;
  /** ISO 3166 regions of recipients. */
  readonly regions?: readonly string[] | undefined;
  /** Networks that it may be used from, as `address/bits`. */
  readonly networks?: readonly string[] | undefined;
  /** Sends an hour, where it may do fewer than `LIMIT_SENDS_PER_KEY_HOUR`. */
  readonly sendsPerHour?: number | undefined;
  /** The id of the key whose count of sends it shares, so that new keys are no way to send more. */
  readonly sendPot?: string | undefined;
  /** The moment from which it opens nothing any more. */
  readonly expiresAt?: Date | undefined;
  /** `false`: it may not say which address the end user has. */
  readonly clientIp?: boolean | undefined;
};

/** What somebody may do. */
export type Access = {
  readonly scopes: readonly GrantedScope[];
  readonly isOperator: boolean;
};

/** Whether `access` is enough for what one of `permissions` allows. */
export function isAllowed(access: Access, permissions: readonly Permission[]): boolean {
  return permissions.some((permission) => hasPermission(access, permission));
}

function hasPermission({ scopes: granted, isOperator }: Access, permission: Permission): boolean {
  if (permission === 'operate') return isOperator;
  return granted.includes(ALL_SCOPES) || granted.includes(permission);
}

/** A network from which a person has not logged in for 30 days is a stranger's again. */
export const KNOWN_NETWORK_SECONDS = 30 * 86_400;
