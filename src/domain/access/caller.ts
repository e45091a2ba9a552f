import type { Access, KeyMode, KeyRestrictions } from './permissions.ts';

/** Identifies one call while it is in progress. */
export type CallId = symbol;

/** The account that a request acts for, and where the request came from. */
export type RequestOrigin = {
  readonly accountId: string;
  /** Canonical address; IPv6 as its /64 network. */
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
  /** The call that it is part of; undefined for work outside of the API. */
  readonly call?: CallId | undefined;
};

/** The credential of a request: the bootstrap key, an API key, a user's token, or the secret of a hook. */
export type Principal = {
  readonly kind: 'bootstrap' | 'key' | 'user' | 'hook';
  /** The public id of the key, the user or the hook; empty for the bootstrap key. */
  readonly id: string;
  /** The first key in the chain of rotations that led to this one; undefined if it was never rotated. */
  readonly lineageId?: string;
  /** The login that a user's token belongs to. */
  readonly loginId?: string;
};

/** Who makes a request, and what they may do. */
export type Caller = RequestOrigin &
  Access & {
    readonly principal: Principal;
    /** True for users with the role `ADMIN`. All others, even the bootstrap key, see their own account only. */
    readonly seesAllAccounts: boolean;
    readonly mode: KeyMode;
    readonly restrictions: KeyRestrictions;
    /** True for users whose password someone else has set. They can only replace it, and log out. */
    readonly mustChangePassword?: boolean;
    /** The end user's address as the caller reports it; canonical like `ipAddress`. */
    readonly clientIp?: string;
  };

/** The account of the bootstrap key, and of all data from before accounts existed. */
export const DEFAULT_ACCOUNT_ID = 'default';

/** The account of the codes of /demo. Account names cannot begin with `_`, so no other account has this id. */
export const DEMO_ACCOUNT_ID = '_demo';

/** The caller for the bootstrap key and for local commands: full access to the default account, plus operator rights. */
export function rootCaller(from: Omit<RequestOrigin, 'accountId'>): Caller {
  return {
    ...from,
    accountId: DEFAULT_ACCOUNT_ID,
    principal: { kind: 'bootstrap', id: '' },
    scopes: ['*'],
    isOperator: true,
    seesAllAccounts: false,
    mode: 'live',
    restrictions: {},
  };
}

/** The name of a principal in counters and logs: `bootstrap`, `key:…`, `user:…`, `hook:…`. */
export function formatPrincipal({ kind, id }: Principal): string {
  return id === '' ? kind : `${kind}:${id}`;
}

/** Like `formatPrincipal`, but the same for a key and its rotations: for what must outlive a rotation. */
export function formatLineage({ kind, id, lineageId }: Principal): string {
  return formatPrincipal({ kind, id: lineageId ?? id });
}

/** The account and principal of a caller in one name. */
export function formatCaller({
  accountId,
  principal,
}: Pick<Caller, 'accountId' | 'principal'>): string {
  return `${accountId}|${formatPrincipal(principal)}`;
}

/** Parses a name that `formatPrincipal` returned. */
export function toPrincipal(name: string): Principal {
  const [kind, id = ''] = name.split(':', 2);
  return { kind: kind as Principal['kind'], id };
}
