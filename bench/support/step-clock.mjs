/** Preloaded into a measured program: each SIGWINCH sets its clock ahead by CLOCK_STEP_DAYS, and changes nothing else. */
const STEP_MS = Number(process.env.CLOCK_STEP_DAYS) * 86_400_000;
const readClock = Date.now;
let aheadMs = 0;

process.on('SIGWINCH', () => {
  aheadMs += STEP_MS;
});

const now = () => readClock() + aheadMs;
Date.now = now;
globalThis.Date = new Proxy(Date, {
  construct: (target, given, made) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, made),
});
