import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { DatabaseConfig } from '../../../config/config.ts';

export type ServerConfig = Exclude<DatabaseConfig, { readonly dialect: 'sqlite' }> & {
  /** After this the server gives a statement up. */
  readonly statementSeconds: number;
};

/** How much longer than a statement may take we wait for a server that has fallen silent. */
export const SILENCE_SECONDS = 2;

/** What MariaDB, MySQL and PostgreSQL share: where the server is, and a pool that never waits for long. */
export function poolOptions({ host, port, username, password, database, poolMax }: ServerConfig) {
  return {
    host,
    port,
    username,
    password,
    database,
    logging: false as const,
    pool: { max: poolMax, min: 0, acquire: 5000, idle: 10_000 },
  };
}

/**
 * What a driver passes to `tls.connect`; nothing where the connection is in clear text. `require`
 * only encrypts, `verify-ca` wants a certificate of a known authority, `verify-full` one for this host.
 */
export function tlsOptions({ host, tls }: Pick<ServerConfig, 'host' | 'tls'>) {
  if (!tls) return {};
  const { mode, ca, cert, key } = tls;
  return {
    ssl: {
      rejectUnauthorized: mode !== 'require',
      // Said here, because a driver compares with another name when `host` is an address.
      checkServerIdentity: (_: string, certificate: PeerCertificate) =>
        mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
    },
  };
}
