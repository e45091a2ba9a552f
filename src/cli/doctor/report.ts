import { countOf, type Finding, type Level } from './finding.ts';

const MARKS: Readonly<Record<Level, string>> = {
  ok: 'ok     ',
  note: 'note   ',
  warning: 'WARNING',
  error: 'ERROR  ',
};

/** The findings for people, in the order of the checks. */
export function describeFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, level, message, next }) => [
    `${MARKS[level]}  ${check}: ${message}`,
    ...(next === undefined ? [] : [`         -> ${next}`]),
  ]);
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const counts = [countOf(count('error'), 'error'), countOf(count('warning'), 'warning')];
  return [...lines, '', counts.join(', ')].join('\n');
}

/** 0 if there is nothing to do, 1 if there are warnings, 2 if there are errors. */
export function toExitCode(findings: readonly Finding[]): 0 | 1 | 2 {
  const levels = new Set(findings.map(({ level }) => level));
  if (levels.has('error')) return 2;
  return levels.has('warning') ? 1 : 0;
}
