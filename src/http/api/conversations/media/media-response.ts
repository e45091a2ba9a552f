import { toServedType } from '../../../../domain/conversations/media.ts';
import type { ByteRange } from '../../../../lib/crypto/sealed-frames.ts';
import type { OpenMedia } from '../../../../services/conversations/media/open-media.ts';
import { type ReadRange, readRange } from './byte-range.ts';

/** What the request says about what it wants of a file. */
type Conditions = {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly ifNoneMatch: string | undefined;
};

type Headers = Readonly<Record<string, string>>;

export type MediaResponse =
  | { readonly status: 200 | 206; readonly headers: Headers; readonly range: ByteRange }
  /** Without a body. */
  | { readonly status: 304 | 416; readonly headers: Headers };

/** Nothing in a file may run, whatever a browser takes it for. */
const SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** Letters that a quoted string can have without escapes. */
const NOT_PLAIN = /[^\w .()-]/g;
const LONGEST_NAME = 200;

/** Decides what of a file is sent, and how it is described. */
export function planResponse(file: OpenMedia, asked: Conditions): MediaResponse {
  const { mimeType, sizeBytes, sha256, fileName } = file;
  const etag = `"${sha256}"`;
  const headers = {
    'Content-Type': toServedType(mimeType),
    'Content-Disposition': toDisposition(fileName),
    'Content-Security-Policy': SANDBOX,
    'Accept-Ranges': 'bytes',
    ETag: etag,
  };
  if (matches(asked.ifNoneMatch, etag)) return { status: 304, headers };
  const range = findRange(asked, { etag, sizeBytes });
  if (range === 'unsatisfiable') {
    const unsatisfied = { ...headers, 'Content-Range': `bytes */${sizeBytes}` };
    return { status: 416, headers: unsatisfied };
  }
  if (range === 'none') {
    const whole = { ...headers, 'Content-Length': String(sizeBytes) };
    return { status: 200, headers: whole, range: { start: 0, end: Math.max(0, sizeBytes - 1) } };
  }
  const { start, end } = range;
  const part = {
    ...headers,
    'Content-Length': String(end - start + 1),
    'Content-Range': `bytes ${start}-${end}/${sizeBytes}`,
  };
  return { status: 206, headers: part, range };
}

/** A client that has a part of another file wants this one from the beginning. */
function findRange(
  { range, ifRange }: Conditions,
  { etag, sizeBytes }: { readonly etag: string; readonly sizeBytes: number },
): ReadRange {
  if (ifRange !== undefined && ifRange !== etag) return 'none';
  return readRange(range, sizeBytes);
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const listed = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return listed.includes('*') || listed.includes(etag);
}

/** Always a download. The sender has chosen the name, so only its last part is used (RFC 6266). */
function toDisposition(fileName: string | undefined): string {
  const name = (fileName ?? '').split(/[\\/]/).at(-1)?.slice(0, LONGEST_NAME) ?? '';
  if (name === '') return 'attachment';
  const plain = name.replaceAll(NOT_PLAIN, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeName(name)}`;
}

/** Lone surrogates cannot be encoded. */
function encodeName(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString()).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
