/** The URL of an asset is the folder of the console, `assets/`, and the file name. */
const ASSET = /^https?:[/][/][^/]+(.*)[/]assets[/][^/]*$/;

/**
 * The prefix of all paths of this service: empty, or for example `/otp` behind a proxy. Only the browser
 * knows it, by the URL of this script.
 */
export const base = readBase(import.meta.url);

export function readBase(address: string): string {
  return ASSET.exec(address)?.[1] ?? '';
}
