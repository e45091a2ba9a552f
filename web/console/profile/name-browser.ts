/** In this order, because browsers also name those that they descend from. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const;

const SYSTEMS = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const;

const LONGEST = 80;

/**
 * Names the browser and the system of a user agent, such as `Firefox, Windows`; for a program that is no browser, the
 * beginning of what it says. Undefined if there is none.
 */
export function nameBrowser(userAgent: string | null): string | undefined {
  if (!userAgent) return undefined;
  const find = (list: readonly (readonly [name: string, pattern: RegExp])[]) =>
    list.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const browser = find(BROWSERS);
  if (!browser) return userAgent.slice(0, LONGEST);
  return [browser, find(SYSTEMS)].filter(Boolean).join(', ');
}
