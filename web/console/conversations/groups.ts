import { api } from '../../lib/api.ts';
import type { Page } from '../../lib/types.ts';

/** A group as the list of groups has it. */
export type Group = {
  /** Its ID, which is also that of its chat. */
  readonly group: string;
  readonly subject: string | null;
  readonly description: string | null;
  readonly memberCount: number;
};

/** The groups of a session, whose path in the API is `path`. */
export async function listGroups(path: string): Promise<readonly Group[]> {
  return (await api<Page<Group>>(`${path}/groups`, { query: { limit: 200 } })).items;
}
