import { runWaverify } from './cli/run-waverify.ts';

// The same as `waverify start`.
runWaverify(['start', ...process.argv.slice(2)], process.env);
