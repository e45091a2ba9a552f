/**
 * For MySQL and MariaDB, whose default collation takes `a` and `A` for the same: handles and keys
 * are compared byte by byte, as the other databases do.
 */
export const tableOptions = { charset: 'utf8mb4', collate: 'utf8mb4_bin' } as const;
