import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** NAME=VALUE. A quoted value may span several lines. */
const ENTRY =
  /^[\p{Cf}\p{Zs}\t]*(?:export[ \t]+)?([\w.-][\w.\-\p{Cf}]*)[\p{Zs}\t]*=[ \t]*((["'`])[\s\S]*?\3[^\n]*|[^\n]*)$/gmu;

/** Format characters, such as a byte order mark or a zero-width space. */
const INVISIBLE = /\p{Cf}/gu;

const BLANK_OR_COMMENT = /^[\p{Cf}\s]*(#|$)/u;

/**
 * Adds the variables of a .env file to `environment`; variables that are already set win. Invisible
 * characters in a name, such as the byte order mark of Windows editors, are dropped.
 * @returns warnings about lines that are not NAME=VALUE. They give the line number only, because the
 *   line may contain a secret.
 * @throws when the file is not UTF-8 text.
 */
export function loadDotEnv(
  environment: Record<string, string | undefined>,
  path = '.env',
): string[] {
  if (!existsSync(path)) return [];
  const text = readText(path);
  // parseEnv merges a line without a = with the next line, so it gets the entries only.
  const entries = [...text.matchAll(ENTRY)].map(
    ([, name = '', value = '']) => `${name.replaceAll(INVISIBLE, '')}=${value}`,
  );
  for (const [name, value] of Object.entries(parseEnv(entries.join('\n')))) {
    environment[name] ??= value;
  }
  return findOtherLines(text).map(
    (number) => `${path}: line ${number} is ignored: write NAME=VALUE, or start a comment with #`,
  );
}

/** The numbers of the lines that are not an entry, blank or a comment. */
function findOtherLines(text: string): number[] {
  const lines = text.replaceAll(ENTRY, (entry) => entry.replaceAll(/[^\n]/g, '')).split('\n');
  return lines.flatMap((line, index) => (BLANK_OR_COMMENT.test(line) ? [] : [index + 1]));
}

function readText(path: string): string {
  const bytes = readBytes(path);
  const isUtf16 = bytes.includes(0) || /^(fffe|feff)/.test(bytes.subarray(0, 2).toString('hex'));
  if (isUtf16) {
    throw new Error(
      `${path} is encoded as UTF-16 (PowerShell's > does that) and cannot be read: save it as UTF-8`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error(`${path} is not UTF-8 text and cannot be read: save it as UTF-8`, { cause });
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
