import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Small JSON files beside each other, one for each process that remembers something in them. */
export type MarkFiles = ReturnType<typeof createMarkFiles>;

/**
 * The files whose path begins with `prefix`. Each is replaced as a whole, so that a reader, or a process
 * that is killed, never meets a half.
 */
export function createMarkFiles(prefix: string) {
  const [folder, start] = [dirname(prefix), `${basename(prefix)}-`];

  /** All that can be read, by name. A folder that is not there has none. */
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
      return []; // Another process took it away, or somebody wrote nonsense into it.
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
