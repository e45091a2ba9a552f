import { randomBytes } from 'node:crypto';
import { loadArgon2Engine } from '../../src/lib/crypto/argon2-engine.ts';

/** The product's defaults, repeated here so that the benchmark shows if they become cheaper. */
const COST = { memoryKib: 19_456, timeCost: 2 };

export type RawVerifies = { readonly perSecond: number; readonly cpuMicrosPerVerify: number };

/** Measures argon2id alone on this machine, with the library and the cost of the server. */
export async function createRawArgon2() {
  const engine = await loadArgon2Engine();
  const secret = randomBytes(32);
  const digest = await engine.hash('123456', COST, secret);

  async function measureVerifies(count: number, concurrency: number): Promise<RawVerifies> {
    let left = count;
    async function verifyOn(): Promise<void> {
      for (; left > 0; ) {
        left -= 1;
        if (!(await engine.verify(digest, '123456', secret))) throw new Error('argon2 is broken');
      }
    }
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: concurrency }, verifyOn));
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { perSecond: count / seconds, cpuMicrosPerVerify: (user + system) / count };
  }

  return { library: engine.name, measureVerifies };
}
