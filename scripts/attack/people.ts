/** Mobile prefixes of Indonesian operators, without the country code. */
const OPERATORS = ['811', '812', '813', '815', '816', '817', '819', '821', '822', '852', '853'];

const SUBSCRIBERS = 100_000_000;

/** It has no divisor in common with `SUBSCRIBERS`, so that no two of a series get one number. */
const STEP = 61_803_399;

/** Where the series of different people begin; each may have a million. */
const SERIES = {
  honest: 0,
  stranger: 30_000_000,
  leaked: 50_000_000,
  network: 70_000_000,
} as const;

/** The same number for the same index in every run, on prefixes all over the numbering plan. */
export function numberOf(series: keyof typeof SERIES, index: number): string {
  const place = SERIES[series] + index;
  const subscriber = (place * STEP) % SUBSCRIBERS;
  return `+62${OPERATORS[place % OPERATORS.length]}${String(subscriber).padStart(8, '0')}`;
}

/** An honest person's own address, of the networks for measurements (RFC 2544). */
export function honestAddress(index: number): string {
  return `198.${18 + ((index >> 16) & 1)}.${(index >> 8) & 255}.${index & 255}`;
}

/** An address of a network of many, of the shared space that carriers use (RFC 6598). */
export function networkAddress(index: number): string {
  return `100.${64 + ((index >> 16) & 63)}.${(index >> 8) & 255}.${index & 255}`;
}

/** The only address of a 64-bit network of its own (RFC 3849). */
export function networkAddressV6(index: number): string {
  return `2001:db8:${(index >> 8).toString(16)}:${(index & 255).toString(16)}::1`;
}

/** One of 200 honest people is known to the attackers before she logs in. */
const TARGETED_ONE_OF = 200;

export function isTargeted(index: number): boolean {
  return index % TARGETED_ONE_OF === TARGETED_ONE_OF / 2;
}

/** The honest person known to the attackers who logs in next, or a little later. */
export function nextTargeted(index: number, further: number): number {
  const half = TARGETED_ONE_OF / 2;
  return (
    (Math.ceil(Math.max(0, index - half) / TARGETED_ONE_OF) + further) * TARGETED_ONE_OF + half
  );
}

/** Three of a hundred honest people first type a wrong code. */
export function mistypes(index: number): boolean {
  return index % 100 < 3;
}
