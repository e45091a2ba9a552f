import { type DestinationStream, type Logger, pino } from 'pino';
import { createSourcePlaces } from './source-places.ts';

export type { Logger };

const SECRET_FIELDS = [
  ...['otp', 'code', 'text', 'authorization', 'apiKey'],
  ...['password', 'passwordHash', 'accessToken', 'refreshToken'],
];

/** Logs JSON lines to standard output, with times in ISO 8601 UTC. Fields that may hold a secret are removed. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const toSource = createSourcePlaces();
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => describeError(error, toSource) },
    redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: hideSecret },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Undefined removes the field. A `code` of digits is a secret; any other is an error code. */
function hideSecret(value: unknown, path: readonly string[]): unknown {
  const isErrorCode = path.at(-1) === 'code' && !/^\d{6,10}$/.test(String(value));
  return isErrorCode ? value : undefined;
}

type Described = {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: Described;
};

type ToSource = ReturnType<typeof createSourcePlaces>;

/** The parts of an error that an operator needs. Other fields of a driver's error may contain the row. */
function describeError(error: unknown, toSource: ToSource): Described | string {
  if (!(error instanceof Error)) return String(error);
  const { code, parent } = error as { code?: unknown; parent?: { code?: unknown } };
  const cause = error.cause instanceof Error ? describeError(error.cause, toSource) : undefined;
  return {
    type: error.name,
    message: hideNumbers(error.message),
    ...(typeof (code ?? parent?.code) === 'string' && { code: String(code ?? parent?.code) }),
    ...(error.stack && { stack: hideNumbers(toSource(error.stack)) }),
    ...(typeof cause === 'object' && { cause }),
  };
}

/** A driver's message may quote values; seven or more digits may be a phone number. */
function hideNumbers(text: string): string {
  return text.replaceAll(/\+?\d{7,}/g, '***');
}
