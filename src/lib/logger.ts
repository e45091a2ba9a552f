import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output; times in ISO 8601 UTC. Fields that could hold a secret are cut. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['otp', 'passcode', 'code', 'text', 'authorization', 'apiKey'].flatMap((name) => [
        name,
        `*.${name}`,
      ]),
      remove: true,
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
