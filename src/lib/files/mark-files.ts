import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Small JSON files in one folder, one for each process. */
export type MarkFiles = ReturnType<typeof createMarkFiles>;

/**
 * The files whose path begins with `prefix`. Each is replaced atomically, so that a kill never leaves a
 * partial file.
 */
export function createMarkFiles(prefix: string) {
  const [folder, start] = [dirname(prefix), `${basename(prefix)}-`];

  /** The contents of all readable files, by name. Empty if there is no folder. */
  function readAll(): ReadonlyMap<string, unknown> {
    return new Map(listNames().flatMap((name) => readOne(name)));
  }

  function listNames(): string[] {
    try {
      const files = readdirSync(folder).filter((file) => file.startsWith(start));
      return files
        .filter((file) => file.endsWith('.json'))
        .map((file) => file.slice(start.length, -'.json'.length));
    } catch {
      return [];
    }
  }

  function readOne(name: string): [string, unknown][] {
    try {
      return [[name, JSON.parse(readFileSync(pathOf(name), 'utf8'))]];
    } catch {
      return []; // Another process removed it, or it is not JSON.
    }
  }

  async function write(name: string, content: object): Promise<void> {
    mkdirSync(folder, { recursive: true });
    const path = pathOf(name);
    await writeFile(`${path}.new`, JSON.stringify(content), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  function remove(name: string): void {
    rmSync(pathOf(name), { force: true });
  }

  function pathOf(name: string): string {
    return join(folder, `${start}${name}.json`);
  }

  return { readAll, write, remove };
}
