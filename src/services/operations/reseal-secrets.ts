import { SealError } from '../../lib/crypto/encryption.ts';
import { findValidPrevious } from '../../lib/crypto/rotated-secret.ts';
import type { NodeStore } from '../../storage/operations/node-store.ts';
import type {
  SealedSecretStore,
  SealedSecrets,
  SecretTable,
} from '../../storage/operations/sealed-secret-store.ts';
import type { MaintenanceContext } from './context.ts';
import { runExclusive } from './run-exclusive.ts';

export type ResealContext = Pick<
  MaintenanceContext,
  'leases' | 'owner' | 'ending' | 'logger' | 'now'
> & {
  readonly secrets: SealedSecretStore;
  readonly nodes: Pick<NodeStore, 'listAliveNodes'>;
  /** The version of `SECRET_KEY`. */
  readonly version: string;
  /**
   * Opens a sealed secret of a row with that name, and seals it with `SECRET_KEY`. @throws {SealError}
   */
  readonly reseal: Readonly<Record<SecretTable, (name: string, sealed: string) => string>>;
};

const TABLES = ['webhooks', 'hooks'] as const satisfies readonly SecretTable[];

/**
 * Seals the secrets of webhooks and hooks with the current `SECRET_KEY`, so that `SECRET_KEY_PREVIOUS` can be removed.
 * It waits until every node has the key: a node without it could no longer sign events.
 */
export async function resealSecrets(ctx: ResealContext): Promise<void> {
  const { nodes, now, version } = ctx;
  const alive = await nodes.listAliveNodes(now());
  const isKnown = alive.every(({ secretVersions }) => secretVersions?.split(',').includes(version));
  if (!isKnown) return;
  for (const table of TABLES) {
    let after = 0;
    const step = async (limit: number) => {
      const rows = await ctx.secrets.list(table, { after, limit });
      after = rows.at(-1)?.id ?? after;
      let resealed = 0;
      for (const row of rows) if (await resealRow(ctx, table, row)) resealed += 1;
      return { rows: resealed, isDone: rows.length < limit };
    };
    await runExclusive(ctx, { name: `reseal-secrets-of-${table}`, step });
  }
}

/**
 * Whether the secrets of a row were sealed with another key, and now are with this one. A previous secret that is no
 * longer valid is removed: its key may be gone for a long time.
 */
async function resealRow(
  { reseal, secrets, version, logger, now }: ResealContext,
  table: SecretTable,
  row: SealedSecrets,
): Promise<boolean> {
  const { name, sealedSecret, sealedPreviousSecret } = row;
  const isOld = (sealed: string | undefined) =>
    sealed !== undefined && !sealed.startsWith(`${version}.`);
  if (!isOld(sealedSecret) && !isOld(sealedPreviousSecret)) return false;
  const renew = (sealed: string) => (isOld(sealed) ? reseal[table](name, sealed) : sealed);
  const previous = findValidPrevious(row, now());
  try {
    const renewed = {
      sealedSecret: renew(sealedSecret),
      sealedPreviousSecret: previous === undefined ? undefined : renew(previous),
    };
    return await secrets.replace(table, row, renewed);
  } catch (err) {
    if (!(err instanceof SealError)) throw err;
    logger.warn({ err, table, name }, 'could not decrypt a secret; rotate it');
    return false;
  }
}
