/** An asset's address is the folder of the console, `assets/`, and the name of the file. */
const ASSET = /^https?:[/][/][^/]+(.*)[/]assets[/][^/]*$/;

/**
 * What stands before every path of this service: empty, or `/otp` where a proxy has it below such a path.
 * The browser alone knows, by where it got this script from.
 */
export const base = readBase(import.meta.url);

export function readBase(address: string): string {
  return ASSET.exec(address)?.[1] ?? '';
}
