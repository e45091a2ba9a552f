import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import document from '../../docs/openapi.json' with { type: 'json' };
import { createTabStorage } from '../support/browser/tab-storage.ts';

type Operation = {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
};

const reads = Object.entries(document.paths).flatMap(([path, methods]) => {
  const { get } = methods as { readonly get?: Operation };
  return get ? [[path, get] as const] : [];
});

let chosenAccount: typeof import('../../web/lib/chosen-account.ts').chosenAccount;

beforeAll(async () => {
  vi.stubGlobal('sessionStorage', createTabStorage());
  ({ chosenAccount } = await import('../../web/lib/chosen-account.ts'));
  chosenAccount.choose('shop');
});
afterAll(() => vi.unstubAllGlobals());

it('the chosen account restricts every read that accepts one, and no other', () => {
  for (const [path, { parameters = [] }] of reads) {
    const accepts = parameters.some((one) => one.name === 'accountId' && one.in === 'query');
    expect([path, chosenAccount.toQuery(path)]).toEqual([
      path,
      accepts ? { accountId: 'shop' } : {},
    ]);
  }
  expect(reads.length).toBeGreaterThan(50);
});
