/** Mobile prefixes of Indonesian operators, without the country code. */
const OPERATORS = ['811', '812', '813', '815', '816', '817', '819', '821', '822', '852', '853'];

const SUBSCRIBERS = 100_000_000;

/** Coprime with `SUBSCRIBERS`, so that the numbers of a series are all different. */
const STEP = 61_803_399;

/** Where each series of numbers begins; each may have a million. */
const SERIES = {
  honest: 0,
  stranger: 30_000_000,
  leaked: 50_000_000,
  network: 70_000_000,
} as const;

/** The same number for the same index in every run, with prefixes from the whole numbering plan. */
export function numberOf(series: keyof typeof SERIES, index: number): string {
  const place = SERIES[series] + index;
  const subscriber = (place * STEP) % SUBSCRIBERS;
  return `+62${OPERATORS[place % OPERATORS.length]}${String(subscriber).padStart(8, '0')}`;
}

/** The address of an honest person, from the networks for benchmarks (RFC 2544). */
export function honestAddress(index: number): string {
  return `198.${18 + ((index >> 16) & 1)}.${(index >> 8) & 255}.${index & 255}`;
}

/** One of many addresses, from the shared space of carriers (RFC 6598). */
export function networkAddress(index: number): string {
  return `100.${64 + ((index >> 16) & 63)}.${(index >> 8) & 255}.${index & 255}`;
}

/** An address in its own /64 network (RFC 3849). */
export function networkAddressV6(index: number): string {
  return `2001:db8:${(index >> 8).toString(16)}:${(index & 255).toString(16)}::1`;
}

/** The attackers know the number of one in 200 honest people before the login. */
const TARGETED_ONE_OF = 200;

export function isTargeted(index: number): boolean {
  return index % TARGETED_ONE_OF === TARGETED_ONE_OF / 2;
}

/** The next honest person to log in whose number the attackers know, or one a little later. */
export function nextTargeted(index: number, further: number): number {
  const half = TARGETED_ONE_OF / 2;
  return (
    (Math.ceil(Math.max(0, index - half) / TARGETED_ONE_OF) + further) * TARGETED_ONE_OF + half
  );
}

/** Three of a hundred honest people first enter a wrong code. */
export function mistypes(index: number): boolean {
  return index % 100 < 3;
}
