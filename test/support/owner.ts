import { type Caller, rootCaller } from '../../src/domain/access/caller.ts';

const FROM = { ipAddress: '192.0.2.1', userAgent: undefined };

/** Who calls in tests that have no HTTP: all of the first account. */
export const OWNER = rootCaller(FROM);

/** A person of an account who may do everything in it, unless `fields` say otherwise. */
export function callerOf(accountId: string, fields: Partial<Caller> = {}): Caller {
  return {
    ...FROM,
    accountId,
    principal: { kind: 'user', id: `of-${accountId}` },
    scopes: ['*'],
    isOperator: false,
    seesAllAccounts: false,
    mode: 'live',
    restrictions: {},
    ...fields,
  };
}

/** A person who runs the installation and acts for no account. */
export const OPERATOR = callerOf('default', {
  principal: { kind: 'user', id: 'operator' },
  scopes: ['analytics:read'],
  isOperator: true,
  seesAllAccounts: true,
});
