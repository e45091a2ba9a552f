/** The heading below which changes are listed until a release. */
const UNRELEASED = '## Unreleased\n';

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;

/**
 * Moves the entries below "Unreleased" to a section of their own, `## VERSION - DATE`.
 * @throws if there are none, or the version has a section already.
 */
export function moveUnreleased(changelog: string, version: string, date: string): string {
  const at = changelog.indexOf(UNRELEASED);
  if (at < 0) throw new Error('CHANGELOG.md has no section "Unreleased"');
  const before = changelog.slice(0, at);
  const rest = changelog.slice(at + UNRELEASED.length);
  if (changelog.includes(`\n## ${version} `)) {
    throw new Error(`CHANGELOG.md has a section ${version} already`);
  }
  const entries = rest.split('\n## ', 1)[0] ?? '';
  if (entries.trim() === '') throw new Error('Nothing is listed below "Unreleased"');
  return `${before}${UNRELEASED}\n## ${version} - ${date}\n${rest}`;
}

/** Replaces a version where an operator copies it: `VERSION=0.1.0`, `waverify-0.1.0.tgz`, `waverify:0.1.0`. */
export function moveVersion(text: string, current: string, next: string): string {
  const places = ['VERSION=', 'waverify-', 'waverify:'];
  const move = (moved: string, place: string) =>
    moved.replaceAll(`${place}${current}`, `${place}${next}`);
  return places.reduce(move, text);
}

/** Whether `next` is a version of the form 1.2.3 and greater than `current`. */
export function isNewer(next: string, current: string): boolean {
  const [a, b] = [toNumbers(next), toNumbers(current)];
  if (!a || !b) return false;
  const different = a.findIndex((part, index) => part !== b[index]);
  return different >= 0 && (a[different] ?? 0) > (b[different] ?? 0);
}

function toNumbers(version: string): number[] | undefined {
  return VERSION.exec(version)?.slice(1).map(Number);
}
