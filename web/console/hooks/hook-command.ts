import type { HookRequest } from '../../lib/types.ts';

/** A request as a command of curl, for a POSIX shell. */
export function toCommand({ method, url, headers, body }: HookRequest): string {
  const fields = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const lines = [`curl -X ${method} ${quote(url)}`, ...fields, `-d ${quote(JSON.stringify(body))}`];
  return lines.join(' \\\n  ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
