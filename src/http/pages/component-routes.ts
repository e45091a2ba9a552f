import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { AppError } from '../../domain/errors.ts';
import type { HttpEnv } from '../http-env.ts';

const FILE = 'waverify.js';

/** Where it is: for the built program, whose files are in folders of `dist`, and for its source. */
const PLACES = ['../component/', '../../../dist/component/'].map(
  (path) => new URL(`${path}${FILE}`, import.meta.url),
);

/** Short, because the file has the same name after an update. */
const CACHED = 'public, max-age=300';

/**
 * Serves the elements for web pages of other origins, `<waverify-code>` and `<waverify-page>`, and the integrity hash
 * that such a page may name (W3C Subresource Integrity).
 */
export function componentRoutes(): Hono<HttpEnv> {
  const place = PLACES.find((candidate) => existsSync(candidate));
  const script = place && new Uint8Array(readFileSync(place));
  const digest = createHash('sha384')
    .update(script ?? '')
    .digest('base64');
  const files = new Map<string, readonly [type: string, content: Uint8Array<ArrayBuffer> | string]>(
    script && [
      [FILE, ['text/javascript; charset=utf-8', script]],
      [
        'integrity.json',
        ['application/json', JSON.stringify({ file: FILE, integrity: `sha384-${digest}` })],
      ],
    ],
  );
  const router = new Hono<HttpEnv>();
  router.get('/:file', (c) => {
    const [type, content] = files.get(c.req.param('file')) ?? [];
    if (type === undefined || content === undefined) throw new AppError('not_found', 'Not found');
    return c.body(content, 200, {
      'Content-Type': type,
      'Cache-Control': CACHED,
      'Access-Control-Allow-Origin': '*',
    });
  });
  return router;
}
