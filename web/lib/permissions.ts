import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Me, Scope } from './types.ts';

export const MeContext = createContext<Me | undefined>(undefined);

/** Whether somebody holds one of these scopes: as the API decides, which decides in the end. */
function may({ scopes }: Pick<Me, 'scopes'>, ...wanted: readonly Scope[]): boolean {
  return scopes.includes('*') || wanted.some((scope) => scopes.includes(scope));
}

/** Whether a key is for a part of its account only: what is of the whole account is not for it. */
export function isHeld(me: Me): boolean {
  if (me.kind !== 'key') return false;
  const { sessions, purposes, regions } = me.reach;
  return (sessions ?? purposes ?? regions) !== null;
}

/** Who is signed in, and what they may do. */
export function useMe() {
  const me = useContext(MeContext);
  if (!me) throw new Error('nobody is signed in here');
  return {
    me,
    may: (...wanted: readonly Scope[]) => may(me, ...wanted),
    readsAccount: may(me, 'analytics:read') && !isHeld(me),
  };
}

/** An operator sees every account and acts for none. */
export function seesAllAccounts(me: Me): boolean {
  return me.kind === 'user' && me.isOperator;
}

type Filter = Readonly<Record<string, string>>;

/** Whether a filter lacks the account that an operator must name with it, as the API demands. */
export function lacksAccount(me: Me, { accountId, ...others }: Filter): boolean {
  return seesAllAccounts(me) && !accountId && Object.values(others).some(Boolean);
}
