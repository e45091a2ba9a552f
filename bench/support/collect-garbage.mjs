/** Preloaded into a measured program: makes SIGUSR2 trigger a garbage collection, and changes nothing else. */
import { Session } from 'node:inspector';

process.on('SIGUSR2', () => {
  const session = new Session();
  session.connect();
  // Not in the callback itself: in Node 20 that deadlocks.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
});
