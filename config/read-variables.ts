import { z } from 'zod';

export type Source = Readonly<Record<string, string | undefined>>;
export type ReadFile = (path: string) => string;
export type NamedFault = readonly [variable: string, message: string];

/**
 * Reads the variables of `shape`. A variable `NAME_FILE` holds the path of a file with the value of `NAME`, as is common
 * for container secrets. A value that is faulty itself is missing.
 */
export function readVariables(shape: z.ZodRawShape, source: Source, readFile: ReadFile) {
  const files = readFiles(Object.keys(shape), withoutEmpty(source), readFile);
  const parsed = parseEach(shape, files.values);
  return { values: parsed.values, faults: [...files.faults, ...parsed.faults] };
}

/** Whether a variable, or the file with its value, has a fault of its own. */
export function isFaulty(name: string, faults: readonly NamedFault[]): boolean {
  return faults.some(([bad]) => bad === name || bad === `${name}_FILE`);
}

/** Parses each variable separately, so that one fault does not hide another. */
function parseEach(shape: z.ZodRawShape, source: Source) {
  const values: Record<string, unknown> = {};
  const faults: NamedFault[] = [];
  for (const [name, field] of Object.entries(shape)) {
    const result = z.safeParse(field, source[name]);
    if (result.success) values[name] = result.data;
    else faults.push(...result.error.issues.map(({ message }) => [name, message] as const));
  }
  return { values, faults };
}

/** `PORT=` in a .env file means "not set", so that its default applies. */
function withoutEmpty(source: Source): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
}

function readFiles(names: readonly string[], source: Source, readFile: ReadFile) {
  const values: Record<string, string | undefined> = { ...source };
  const faults: NamedFault[] = [];
  for (const name of names) {
    const path = source[`${name}_FILE`];
    if (path === undefined) continue;
    if (source[name] !== undefined) {
      faults.push([name, `set it or ${name}_FILE, not both`]);
      continue;
    }
    try {
      const text = readFile(path);
      if (isText(text)) values[name] = text.trim();
      else faults.push([`${name}_FILE`, `${path} is not UTF-8 text: save it as UTF-8`]);
    } catch (error) {
      faults.push([`${name}_FILE`, `${path} cannot be read (${(error as Error).message})`]);
    }
  }
  return { values, faults };
}

/** Bytes that are not UTF-8 are decoded to U+FFFD; UTF-16 has a zero byte in each ASCII character. */
function isText(decoded: string): boolean {
  return !decoded.includes('\uFFFD') && !decoded.includes('\0');
}
