import { createHash } from 'node:crypto';

/** 144 bits of a digest, in the alphabet of IDs. */
const ID_LENGTH = 24;

/** The ID of an event: the same whenever and by whichever node it is derived. */
export function toEventId(...parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  return `evt_${digest.slice(0, ID_LENGTH)}`;
}
