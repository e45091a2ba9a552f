import { createHash } from 'node:crypto';
import { findMimeType, HEAD_BYTES } from './mime-type.ts';

/** What there is to say of a file. */
export type Findings = {
  /** Found in the bytes; undefined if they have no signature. */
  readonly mimeType: string | undefined;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
};

const LONGEST_TYPE = 100;

/** Notes what there is to say of a file while it passes. */
export function createFindings() {
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let sizeBytes = 0;

  async function* watch(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      if (sizeBytes < HEAD_BYTES) head.push(chunk);
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }

  async function read(): Promise<Findings> {
    const mimeType = await findMimeType(Buffer.concat(head));
    return {
      mimeType: mimeType?.slice(0, LONGEST_TYPE),
      sizeBytes,
      sha256: hash.digest('hex'),
    };
  }

  return { watch, read };
}
