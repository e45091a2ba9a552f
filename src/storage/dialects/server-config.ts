import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { DatabaseConfig } from '../../../config/config.ts';

export type ServerConfig = Exclude<DatabaseConfig, { readonly dialect: 'sqlite' }> & {
  /** The server cancels a statement after this time. */
  readonly statementSeconds: number;
};

/** How long we wait for a server that does not respond after the time limit of a statement. */
export const SILENCE_SECONDS = 2;

/** The options that all servers share: the address, and a pool with short waits. */
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
 * What a driver passes to `tls.connect`; empty for a connection without TLS. `require` only encrypts,
 * `verify-ca` requires a certificate of a trusted authority, and `verify-full` one for this host.
 */
export function tlsOptions({ host, tls }: Pick<ServerConfig, 'host' | 'tls'>) {
  if (!tls) return {};
  const { mode, ca, cert, key } = tls;
  return {
    ssl: {
      rejectUnauthorized: mode !== 'require',
      // Drivers compare the certificate with another name when `host` is an IP address.
      checkServerIdentity: (_: string, certificate: PeerCertificate) =>
        mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
    },
  };
}
