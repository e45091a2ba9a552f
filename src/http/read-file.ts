import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { AppError } from '../domain/errors.ts';
import { invalidField } from '../domain/refusal.ts';

/** A file that a request brings. */
export type RequestFile = {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What the client calls its type. */
  readonly statedType: string | undefined;
};

const MULTIPART = /^multipart\/form-data\s*;/i;

/** The name of the part of a form that has the file. */
const FIELD = 'file';

/** Fields before the file are skipped. */
const LIMITS = { files: 1, fields: 20, parts: 20, fieldSize: 16_384, headerPairs: 20 };

/**
 * Reads the file of a request while it arrives: the whole body, or the part `file` of a form. The request stays open if
 * it is not read to its end, so that the client can read the response.
 * @throws {AppError} `unsupported_media_type` for a compressed body, `validation_failed` for a form without a file.
 */
export async function readFile(incoming: IncomingMessage): Promise<RequestFile> {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = incoming.headers;
  if (encoding !== 'identity') {
    throw new AppError(
      'unsupported_media_type',
      'Send the file as it is, without Content-Encoding',
    );
  }
  if (type !== undefined && MULTIPART.test(type)) return readForm(incoming, type);
  return { bytes: incoming.iterator({ destroyOnReturn: false }), statedType: type };
}

/** Returns the file as soon as it begins. What follows it is skipped. */
async function readForm(incoming: IncomingMessage, type: string): Promise<RequestFile> {
  // Loaded with the first form, because few clients send one.
  const { Busboy } = await import('@fastify/busboy');
  return new Promise<RequestFile>((resolve, reject) => {
    let file: Readable | undefined;
    const fail = (error: Error) => {
      incoming.unpipe();
      file?.destroy(error);
      reject(error);
    };
    const parser = createParser(Busboy, type, fail);
    if (!parser) return;
    parser.on('file', (name, part, _fileName, _encoding, statedType) => {
      if (name !== FIELD) {
        fail(invalidField(FIELD, `is required; the form has a file named ${JSON.stringify(name)}`));
        return;
      }
      file = part;
      resolve({ bytes: part, statedType });
    });
    parser.on('finish', () => reject(invalidField(FIELD, 'is required', 'required')));
    parser.on('error', () => fail(invalidField(FIELD, 'must be in a valid form')));
    incoming.once('close', () => {
      if (!incoming.complete) fail(new Error('the request was cut off'));
    });
    incoming.pipe(parser);
  });
}

type Parser = InstanceType<typeof import('@fastify/busboy').Busboy>;

/** Undefined if the type says nothing of the boundary between the parts. */
function createParser(
  Busboy: typeof import('@fastify/busboy').Busboy,
  type: string,
  onFault: (error: Error) => void,
): Parser | undefined {
  try {
    return new Busboy({ headers: { 'content-type': type }, limits: LIMITS });
  } catch {
    onFault(invalidField('Content-Type', 'must have the boundary of the form'));
    return undefined;
  }
}
