import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Loads Sequelize on the first call. On SQLite, a start and the hot paths do without it: it takes a quarter
 * of the time of a start, and 30 MB.
 */
export function loadSequelize(): typeof import('sequelize') {
  return require('sequelize');
}
