import type { ByteRange } from '../../lib/crypto/sealed-frames.ts';

/** Where files of messages are kept. They are sealed before they come here. */
export type FileStore = {
  readonly name: 'local' | 's3';
  /** Stores a whole file, or nothing if `bytes` fails. The file can be read when it returns. */
  write(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Reads a part of a file; undefined if there is no such file. */
  read(key: string, range: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Deletes a file. Does nothing if there is none. */
  remove(key: string): Promise<void>;
};

/** `<account>/<two hex digits>/<random ID>`, as `draftFileKey` of the service makes it. */
const KEY = /^[\w-]{1,64}\/[0-9a-f]{2}\/[0-9a-f]{32}$/;

/** @throws {RangeError} if a key is not one of ours: a path of the system must never come out of it. */
export function assertFileKey(key: string): void {
  if (!KEY.test(key)) throw new RangeError('this is not the key of a file');
}
