import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { acceptsAccount } from '../../web/lib/account/account-paths.ts';

type Operation = {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
};
type Paths = Readonly<Record<string, { readonly get?: Operation }>>;

const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  readonly paths: Paths;
};

it('the account that an operator has chosen restricts every read that accepts one, and no other', () => {
  const reads = Object.entries(paths).flatMap(([path, { get }]) =>
    get ? [[path, get] as const] : [],
  );
  for (const [path, { parameters = [] }] of reads) {
    const accepts = parameters.some((one) => one.name === 'accountId' && one.in === 'query');
    expect([path, acceptsAccount(path)]).toEqual([path, accepts]);
  }
  expect(reads.length).toBeGreaterThan(50);
});
