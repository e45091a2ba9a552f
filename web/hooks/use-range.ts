import { type Range, ranges } from '../lib/range.ts';
import { useQuery } from '../lib/router.ts';

/** The range that the address names, today when it names none, and the way to another. */
export function useRange() {
  const [query, setQuery] = useQuery({ range: 'today' });
  const range = ranges.find((one) => one === query.range) ?? 'today';
  return [range, (next: Range) => setQuery({ range: next })] as const;
}
