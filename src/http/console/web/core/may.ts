import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Me } from './types.ts';

export const MeContext = createContext<Me | undefined>(undefined);

/** Whether somebody holds one of these scopes: as the API decides, which decides in the end. */
function may({ scopes }: Pick<Me, 'scopes'>, ...wanted: readonly string[]): boolean {
  return scopes.includes('*') || wanted.some((scope) => scopes.includes(scope));
}

/** Who is signed in, and what they may do. */
export function useMe() {
  const me = useContext(MeContext);
  if (!me) throw new Error('nobody is signed in here');
  return { me, may: (...wanted: readonly string[]) => may(me, ...wanted) };
}

/** An operator sees every account and acts for none. */
export function seesAllAccounts(me: Me): boolean {
  return me.kind === 'user' && me.isOperator;
}
