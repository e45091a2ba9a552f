import { createHash } from 'node:crypto';
import type { TableDigest } from './contract.ts';

/** The sum of the digests of rows is reduced to this number of bits. */
const SUM_BITS = 128;

/** Adds up the digests of the rows of each table, so that their order does not matter. */
export function createRowDigests(tables: readonly string[]) {
  const sums = new Map(tables.map((table) => [table, { rows: 0, sum: 0n }]));

  return {
    add(table: string, row: string): void {
      const entry = sums.get(table) ?? { rows: 0, sum: 0n };
      const digest = createHash('sha256').update(row).digest('hex');
      entry.rows += 1;
      entry.sum = BigInt.asUintN(
        SUM_BITS,
        entry.sum + BigInt(`0x${digest.slice(0, SUM_BITS / 4)}`),
      );
      sums.set(table, entry);
    },

    list(): TableDigest[] {
      return [...sums].map(([table, { rows, sum }]) => ({ table, rows, digest: sum.toString(16) }));
    },
  };
}
