/** The version of this code, as in package.json. */
export const VERSION = '0.1.0';

/** Set by the build. */
declare const BUILD_COMMIT: string | undefined;

/** The commit that this program was built from; undefined if it is not known. */
export const BUILD = typeof BUILD_COMMIT === 'undefined' ? undefined : BUILD_COMMIT;

/** Such as `waverify 0.1.0 (build 1a2b3c4d5e6f, Node.js 20.18.1)`. */
export function describeVersion(): string {
  return `waverify ${VERSION} (build ${BUILD ?? 'unknown'}, Node.js ${process.versions.node})`;
}
