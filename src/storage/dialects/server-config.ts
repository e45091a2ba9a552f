import type { DatabaseConfig } from '../../../config/config.ts';

export type ServerConfig = Exclude<DatabaseConfig, { readonly dialect: 'sqlite' }>;

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
