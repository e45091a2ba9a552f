/** Loaded before a measured program: SIGUSR2 has it collect its garbage, and nothing else is changed. */
import { Session } from 'node:inspector';

process.on('SIGUSR2', () => {
  const session = new Session();
  session.connect();
  // Not in the callback itself: in Node 20 that waits for a lock of its own for ever.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
});
