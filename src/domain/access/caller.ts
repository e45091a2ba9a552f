import type { Access, KeyMode, Reach } from './permissions.ts';

/** Whose matter something is, and where the request came from. */
export type Origin = {
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
export type Caller = Origin &
  Access & {
    readonly principal: Principal;
    /** An operator reads what every account has; everybody else sees their own account only. */
    readonly seesAllAccounts: boolean;
    readonly mode: KeyMode;
    readonly reach: Reach;
    /** The address of the end user, as the caller gives it; canonical like `ipAddress`. */
    readonly clientIp?: string;
  };

/** The account that the key of the environment belongs to, and all that was there before accounts. */
export const DEFAULT_ACCOUNT_ID = 'default';

/** Whom the codes of /demo belong to; nobody can give an account this name. */
export const DEMO_ACCOUNT_ID = '_demo';

/** Whoever holds the key of the environment, or sits at the machine: all of the first account, and the installation. */
export function ownerOfInstallation(from: Omit<Origin, 'accountId'>): Caller {
  return {
    ...from,
    accountId: DEFAULT_ACCOUNT_ID,
    principal: { kind: 'bootstrap', id: '' },
    scopes: ['*'],
    isOperator: true,
    seesAllAccounts: false,
    mode: 'live',
    reach: {},
  };
}

/** One name for a principal, for counters and records: `bootstrap`, `key:…`, `user:…`. */
export function nameOfPrincipal({ kind, id }: Principal): string {
  return id === '' ? kind : `${kind}:${id}`;
}

/** The same, but alike for a key and those that replaced it: for what must outlive a rotation. */
export function nameOfLineage({ kind, id, lineageId }: Principal): string {
  return nameOfPrincipal({ kind, id: lineageId ?? id });
}

/** One name for the account and the principal of a caller. */
export function nameOfCaller({
  accountId,
  principal,
}: Pick<Caller, 'accountId' | 'principal'>): string {
  return `${accountId}|${nameOfPrincipal(principal)}`;
}

/** The principal of a name that `nameOfPrincipal` made. */
export function toPrincipal(name: string): Principal {
  const [kind, id = ''] = name.split(':', 2);
  return { kind: kind as Principal['kind'], id };
}
