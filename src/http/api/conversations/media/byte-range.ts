import type { ByteRange } from '../../../../lib/crypto/sealed-frames.ts';

/** `none`: the whole file. `unsatisfiable`: nothing of the range is in the file. */
export type ReadRange = ByteRange | 'none' | 'unsatisfiable';

const SINGLE_RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * Reads a `Range` header (RFC 9110, 14.2). Several ranges, other units and what cannot be read are ignored, as the
 * standard permits.
 */
export function readRange(header: string | undefined, sizeBytes: number): ReadRange {
  const [, first = '', last = ''] = SINGLE_RANGE.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'none';
  if (first === '') return readSuffix(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return 'none';
  return start >= sizeBytes ? 'unsatisfiable' : { start, end };
}

/** The last `length` bytes. */
function readSuffix(length: number, sizeBytes: number): ReadRange {
  const bytes = Math.min(length, sizeBytes);
  return bytes === 0 ? 'unsatisfiable' : { start: sizeBytes - bytes, end: sizeBytes - 1 };
}
