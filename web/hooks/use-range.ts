import { type Range, ranges } from '../lib/range.ts';
import { useQuery } from '../lib/router.ts';

/** The range in the URL (today if there is none), and a function to change it. */
export function useRange() {
  const [query, setQuery] = useQuery({ range: 'today' });
  const range = ranges.find((one) => one === query.range) ?? 'today';
  return [range, (next: Range) => setQuery({ range: next })] as const;
}
