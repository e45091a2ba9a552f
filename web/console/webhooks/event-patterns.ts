const ALL = '*';

/** A part of the choice: the patterns of a group, such as `verification.*` and its types. */
export type PatternGroup = { readonly name: string; readonly patterns: readonly string[] };

/**
 * Every pattern that can be chosen, by group. Groups with a single type are together in `other`, as are
 * chosen patterns that are not among them.
 */
export function listPatterns(
  types: readonly string[],
  chosen: readonly string[],
): readonly PatternGroup[] {
  const names = [...new Set(types.map(groupOf))];
  const groups = names.map((name) => ({
    name,
    patterns: [toGroupPattern(name), ...types.filter((type) => groupOf(type) === name)],
  }));
  const large = groups.filter(({ patterns }) => patterns.length > 2);
  const offered = [ALL, ...large.flatMap(({ patterns }) => patterns)];
  const others = [...types, ...chosen].filter((pattern) => !offered.includes(pattern));
  return [...large, { name: 'other', patterns: [...new Set(others)] }];
}

/** Whether an endpoint with these patterns gets the events of a pattern without naming it. */
export function isIncluded(chosen: readonly string[], pattern: string): boolean {
  if (pattern === ALL) return false;
  if (chosen.includes(ALL)) return true;
  const group = toGroupPattern(groupOf(pattern));
  return pattern !== group && chosen.includes(group);
}

/** Adds or removes a pattern. One that includes others replaces them. */
export function togglePattern(chosen: readonly string[], pattern: string): readonly string[] {
  if (chosen.includes(pattern)) return chosen.filter((one) => one !== pattern);
  const next = [...chosen, pattern];
  return next.filter((one) => !isIncluded(next, one));
}

/** The pattern of all types of a group, also of those that come later. */
function toGroupPattern(name: string): string {
  return `${name}.*`;
}

function groupOf(pattern: string): string {
  return pattern.slice(0, pattern.indexOf('.'));
}
