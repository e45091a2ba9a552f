import type { Op as Operators } from 'sequelize';

/** Operators for the WHERE of a model. Sequelize finds them by their names, so it need not be loaded for them. */
export const Op = {
  and: Symbol.for('and'),
  gt: Symbol.for('gt'),
  gte: Symbol.for('gte'),
  like: Symbol.for('like'),
  lt: Symbol.for('lt'),
  lte: Symbol.for('lte'),
  ne: Symbol.for('ne'),
  or: Symbol.for('or'),
} as unknown as Pick<typeof Operators, 'and' | 'gt' | 'gte' | 'like' | 'lt' | 'lte' | 'ne' | 'or'>;
