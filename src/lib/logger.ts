import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

const SECRET_FIELDS = [
  ...['otp', 'code', 'text', 'authorization', 'apiKey'],
  ...['password', 'passwordHash', 'accessToken', 'refreshToken'],
];

/** JSON lines on standard output; times in ISO 8601 UTC. Fields that could hold a secret are cut. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: hideSecret },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Undefined leaves the field out. A `code` may be that of an error too; one that a person gets is digits. */
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

/** What an operator needs of an error. A driver's own fields hold the row: numbers and digests. */
function describeError(error: unknown): Described | string {
  if (!(error instanceof Error)) return String(error);
  const { code, parent } = error as { code?: unknown; parent?: { code?: unknown } };
  const cause = error.cause instanceof Error ? describeError(error.cause) : undefined;
  return {
    type: error.name,
    message: hideNumbers(error.message),
    ...(typeof (code ?? parent?.code) === 'string' && { code: String(code ?? parent?.code) }),
    ...(error.stack && { stack: hideNumbers(error.stack) }),
    ...(typeof cause === 'object' && { cause }),
  };
}

/** A driver's message may quote a value; one with seven digits or more may be a phone number. */
function hideNumbers(text: string): string {
  return text.replaceAll(/\+?\d{7,}/g, '***');
}
