/**
 * For MySQL and MariaDB, whose default collation treats `a` and `A` as equal: ids and keys are compared byte
 * by byte, as in the other databases.
 */
export const tableOptions = { charset: 'utf8mb4', collate: 'utf8mb4_bin' } as const;
