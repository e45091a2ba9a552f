import type { Context } from 'hono';
import { AppError } from '../../domain/errors.ts';
import type { HttpEnv } from '../http-env.ts';

/** Reads a body byte for byte as it arrived, for signatures. @throws {AppError} `payload_too_large` */
export async function readBytes(c: Context<HttpEnv>, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    length += chunk.length;
    if (length > mostBytes) {
      c.header('Connection', 'close');
      throw new AppError('payload_too_large', `The body may have at most ${mostBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
