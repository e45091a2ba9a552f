import type { Access, KeyMode, KeyRestrictions } from './permissions.ts';

/** Whose matter something is, and where the request came from. */
export type RequestOrigin = {
  readonly accountId: string;
  /** Canonical address; IPv6 as its /64 network. */
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
};

/** The credential that was shown: the key of the environment, a key of an account, or a person's token. */
export type Principal = {
  readonly kind: 'bootstrap' | 'key' | 'user';
  /** The public id of the key or the person; empty for the key of the environment. */
  readonly id: string;
  /** The key that this one was made in place of, in the end, by rotation; undefined for a first one. */
  readonly lineageId?: string;
  /** The login that a person's token is of. */
  readonly loginId?: string;
};

/** Who asks, and what they may do. */
export type Caller = RequestOrigin &
  Access & {
    readonly principal: Principal;
    /** An operator reads what every account has; everybody else sees their own account only. */
    readonly seesAllAccounts: boolean;
    readonly mode: KeyMode;
    readonly restrictions: KeyRestrictions;
    /** The address of the end user, as the caller gives it; canonical like `ipAddress`. */
    readonly clientIp?: string;
  };

/** The account that the key of the environment belongs to, and all that was there before accounts. */
export const DEFAULT_ACCOUNT_ID = 'default';

/** Whom the codes of /demo belong to; nobody can give an account this name. */
export const DEMO_ACCOUNT_ID = '_demo';

/** Whoever holds the key of the environment, or sits at the machine: all of the first account, and the installation. */
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

/** One name for a principal, for counters and records: `bootstrap`, `key:…`, `user:…`. */
export function formatPrincipal({ kind, id }: Principal): string {
  return id === '' ? kind : `${kind}:${id}`;
}

/** The same, but alike for a key and those that replaced it: for what must outlive a rotation. */
export function formatLineage({ kind, id, lineageId }: Principal): string {
  return formatPrincipal({ kind, id: lineageId ?? id });
}

/** One name for the account and the principal of a caller. */
export function formatCaller({
  accountId,
  principal,
}: Pick<Caller, 'accountId' | 'principal'>): string {
  return `${accountId}|${formatPrincipal(principal)}`;
}

/** The principal of a name that `formatPrincipal` made. */
export function toPrincipal(name: string): Principal {
  const [kind, id = ''] = name.split(':', 2);
  return { kind: kind as Principal['kind'], id };
}
