/** Returns the current time. Services take a clock as a parameter, so that tests can set it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

/** Whole seconds from `now` until `time`, rounded up; 0 if it is in the past. */
export function secondsUntil(time: Date, now: Date): number {
  return Math.max(0, Math.ceil((time.getTime() - now.getTime()) / 1000));
}
