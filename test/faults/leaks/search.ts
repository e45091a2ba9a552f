import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestDatabase,
  type DialectName,
  onServer,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { startOwnMariadb, startOwnPostgres } from '../../support/database/own-server.ts';
import { type BusTap, tapPostgres, tapRedis } from '../../support/leaks/bus-taps.ts';
import { findCodes, withoutOtherNumbers } from '../../support/leaks/spellings.ts';
import { redisUrl } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A database whose files and whose bus can be read. */
export type OpenDatabase = {
  readonly database: Pick<TestDatabase, 'url' | 'statePath'>;
  /** What nodes need besides the database. */
  readonly env: Readonly<Record<string, string>>;
  readonly tap: BusTap | undefined;
  /** How many nodes it has. */
  readonly nodes: number;
  /** Every file of the database, with its journals: on a server, all that it has. */
  readFiles(): string;
  /** Stops the server, so that all is in its files. */
  stop(): Promise<void>;
  drop(): Promise<void>;
};

/** A server that outlives its test by whatever accident ends then. */
const LONGEST_SECONDS = 1800;

export function openSearchedDatabase(dialect: DialectName): Promise<OpenDatabase> {
  return dialect === 'sqlite' ? openFile() : openServer(dialect);
}

async function openFile(): Promise<OpenDatabase> {
  const database = await createTestDatabase('sqlite');
  return {
    database,
    ...{ env: {}, tap: undefined, nodes: 1 },
    readFiles: () => readFolder(database.statePath),
    stop: async () => {},
    drop: database.drop,
  };
}

async function openServer(dialect: 'postgres' | 'mysql'): Promise<OpenDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'waverify-leaks-'));
  const start = dialect === 'postgres' ? startOwnPostgres : startOwnMariadb;
  const server = await start({ folder, longestSeconds: LONGEST_SECONDS });
  const urlOf = (name: string) => `${dialect}://${server.user}@127.0.0.1:${server.port}/${name}`;
  await waitFor(
    () =>
      onServer(urlOf(dialect), 'CREATE DATABASE waverify').then(
        () => true,
        () => undefined,
      ),
    `${dialect} to start`,
    30_000,
  );
  const database = { url: urlOf('waverify'), statePath: join(folder, 'state') };
  const onRedis = dialect === 'mysql';
  const tap = await (onRedis ? tapRedis() : tapPostgres(database));
  return {
    database,
    env: onRedis ? { REDIS_URL: redisUrl } : {},
    tap,
    nodes: 2,
    readFiles: () => readFolder(folder),
    async stop() {
      await tap.close();
      await server.stop();
    },
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function readFolder(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

/** Texts that must show no code, by the place that they are from. */
export function createEvidence() {
  const texts = new Map<string, string[]>();
  return {
    keep(place: string, ...found: string[]): void {
      texts.set(place, [...(texts.get(place) ?? []), ...found]);
    },
    /** The places that were looked at. */
    places: () => [...texts.keys()].sort(),
    /** Where codes stand, and which. */
    find(codes: ReadonlySet<string>): string[] {
      return [...texts].flatMap(([place, all]) => {
        const found = new Set(all.flatMap((text) => findCodes(withoutOtherNumbers(text), codes)));
        return [...found].map((code) => `${place}: ${code}`);
      });
    },
  };
}
