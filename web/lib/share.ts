/**
 * The share of `part` in `whole`, from 0 to 1; `null` if `whole` is 0. Shares are computed from counts, because the API
 * rounds its rates to four digits: rounded again, 444 of 594 would be 74.8 % in one place and 74.7 % in another.
 */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
