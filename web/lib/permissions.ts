import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { chosenAccount } from './account/chosen-account.ts';
import type { Me, Scope } from './types.ts';

export const MeContext = createContext<Me | undefined>(undefined);

type Held = Pick<Me, 'scopes' | 'isOperator'>;

/** Whether the caller has one of these scopes. It mirrors the API, which makes the final decision. */
function may(me: Held, ...wanted: readonly Scope[]): boolean {
  return wanted.some((scope) => has(me, scope));
}

function has({ scopes, isOperator }: Held, scope: Scope): boolean {
  if (scopes.includes(scope)) return true;
  // It is about the installation, and `*` about one account.
  return scope === 'metrics:read' ? isOperator : scopes.includes('*');
}

/** Whether a key is restricted to a part of its account, and cannot read data about the whole account. */
export function isHeld(me: Me): boolean {
  if (me.kind !== 'key') return false;
  const { sessions, purposes, regions } = me.reach;
  return (sessions ?? purposes ?? regions) !== null;
}

/** The caller who is signed in, and their permissions. */
export function useMe() {
  const me = useContext(MeContext);
  if (!me) throw new Error('no one is signed in');
  return {
    me,
    may: (...wanted: readonly Scope[]) => may(me, ...wanted),
    // The API hides recipients from other callers, but lets operators search for them.
    seesNumbers: may(me, 'otp:send'),
    findsRecipients: may(me, 'otp:send') || me.isOperator,
    readsAccount: may(me, 'analytics:read') && !isHeld(me),
    managesWebhooks: may(me, 'webhooks:manage') && !isHeld(me),
  };
}

/** Operators see all accounts but act for none. */
export function seesAllAccounts(me: Me): boolean {
  return me.kind === 'user' && me.isOperator;
}

type Filter = Readonly<Record<string, string>>;

/** Whether a filter lacks the account, which the API requires from operators: they choose it in the menu. */
export function lacksAccount(me: Me, filter: Filter): boolean {
  return seesAllAccounts(me) && chosenAccount.read() === '' && Object.values(filter).some(Boolean);
}
