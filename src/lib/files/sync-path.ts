import { open } from 'node:fs/promises';

/** Writes a file, or the names in a folder, to the disk: otherwise, a crash of the machine could undo a rename. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
