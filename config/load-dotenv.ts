import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * Adds the variables of a .env file to `environment`, where what is set already wins. A byte order
 * mark, which Windows editors write, is no part of the first name.
 * @throws when the file is not UTF-8 text.
 */
export function loadDotEnv(environment: Record<string, string | undefined>, path = '.env'): void {
  if (!existsSync(path)) return;
  for (const [name, value] of Object.entries(parseEnv(readText(path)))) {
    environment[name] ??= value;
  }
}

function readText(path: string): string {
  const bytes = readBytes(path);
  const isUtf16 = bytes.includes(0) || /^(fffe|feff)/.test(bytes.subarray(0, 2).toString('hex'));
  if (isUtf16) {
    throw new Error(
      `${path} is saved as UTF-16, as PowerShell's > does, and cannot be read: save it as UTF-8`,
    );
  }
  return new TextDecoder('utf-8').decode(bytes); // Leaves a byte order mark out.
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
