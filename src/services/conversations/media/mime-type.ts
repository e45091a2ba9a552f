/** How much of a file tells its type. */
export const HEAD_BYTES = 4100;

/**
 * Finds the type of a file in its first bytes; undefined for texts, pages and others that have no signature. What the
 * sender states is not used: it can be anything.
 */
export async function findMimeType(head: Buffer): Promise<string | undefined> {
  // Loaded with the first file, because few installations need it.
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(head.subarray(0, HEAD_BYTES));
  return found?.mime;
}
