import type { Harness } from './harness.ts';

export type ReadRows = ReturnType<typeof createActivityReader>;

/**
 * Returns a function that reads the rows of the activity log since its last call, oldest first: those of one
 * action, or all.
 */
export function createActivityReader({ activity, database }: Harness) {
  return async (action?: string) => {
    await activity.flush();
    const { ActivityLog } = database.models;
    const where = action === undefined ? {} : { action };
    const rows = await ActivityLog.findAll({ where, order: ['id'] });
    await ActivityLog.destroy({ where });
    return rows.map((row) => row.get());
  };
}
