import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

type Asset = { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string };

/** The output of `vite build`. */
export type Pages = {
  readonly console: string;
  readonly demo: string;
  /** The template of hosted pages. */
  readonly verify: string;
  readonly assets: ReadonlyMap<string, Asset>;
};

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where the pages are: for the built program, whose files are in folders of `dist`, and for its source. */
const FOLDERS = ['../console/', '../../../dist/console/'].map(
  (path) => new URL(path, import.meta.url),
);

/**
 * Reads the built pages into memory, so that no request reads the file system. Undefined if they are
 * not built.
 */
export function readPages(): Pages | undefined {
  const folder = FOLDERS.find((candidate) => existsSync(new URL('index.html', candidate)));
  if (!folder) return undefined;
  const assets = new URL('assets/', folder);
  return {
    console: readFileSync(new URL('index.html', folder), 'utf8'),
    demo: readFileSync(new URL('demo.html', folder), 'utf8'),
    verify: readFileSync(new URL('verify.html', folder), 'utf8'),
    assets: new Map(readdirSync(assets).map((name) => [name, readAsset(new URL(name, assets))])),
  };
}

function readAsset(file: URL): Asset {
  const type = TYPES[extname(file.pathname)] ?? 'application/octet-stream';
  return { bytes: new Uint8Array(readFileSync(file)), type };
}
