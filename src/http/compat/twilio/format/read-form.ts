import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError, type FieldError } from '../../../../domain/errors.ts';
import { invalidField } from '../../../../domain/refusal.ts';
import type { HttpEnv } from '../../../http-env.ts';

type Fields = Readonly<Record<string, string>>;

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/**
 * Reads the fields of a request as Twilio's libraries send them: a form, or JSON. Fields that the schema does not have are
 * ignored, as Twilio does.
 * @throws {AppError} `unsupported_media_type`, `invalid_json`, `validation_failed`
 */
export async function readBody<T extends z.ZodType>(
  c: Context<HttpEnv>,
  schema: T,
): Promise<z.output<T>> {
  return check(schema, await readFields(c));
}

/** Reads the parameters of a query. @throws {AppError} `validation_failed` */
export function readQuery<T extends z.ZodType>(c: Context<HttpEnv>, schema: T): z.output<T> {
  return check(schema, c.req.query());
}

/**
 * Returns what `read` returns, and names the parameter in its failures.
 * @throws {AppError} `validation_failed` or `invalid_phone` with the name, and otherwise as `read`.
 */
export async function naming<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code !== 'invalid_phone' && error.code !== 'validation_failed') throw error;
    const message = error.extras.errors?.[0]?.message ?? error.message;
    throw invalidField(path, message, 'invalid_format');
  }
}

async function readFields(c: Context<HttpEnv>): Promise<Fields> {
  const text = await c.req.text();
  if (text === '') return {};
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === FORM) return Object.fromEntries(new URLSearchParams(text));
  if (type === JSON_TYPE) return readJson(text);
  throw new AppError('unsupported_media_type', `Send the body as ${FORM} or as ${JSON_TYPE}`);
}

/** Values that are no texts are written as a form has them. */
function readJson(text: string): Fields {
  const parsed = JsonObject.safeParse(parseJson(text));
  if (!parsed.success) throw new AppError('invalid_json', 'The body is not a JSON object');
  const entries = Object.entries(parsed.data)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return Object.fromEntries(entries) as Fields;
}

const JsonObject = z.record(z.string(), z.unknown());

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function check<T extends z.ZodType>(schema: T, fields: Fields): z.output<T> {
  const read = schema.safeParse(fields);
  if (read.success) return read.data;
  const errors = read.error.issues.map(toFieldError);
  const message = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new AppError('validation_failed', message, { errors });
}

function toFieldError({ path, message, code }: z.core.$ZodIssue): FieldError {
  const isMissing = code === 'invalid_type' && message.endsWith('received undefined');
  return {
    path: path.map(String).join('.'),
    message: isMissing ? 'is missing' : message,
    code: isMissing ? 'required' : 'invalid',
  };
}
