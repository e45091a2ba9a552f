import { randomBytes } from 'node:crypto';
import { loadArgon2Engine } from '../../src/lib/crypto/argon2-engine.ts';

/** The product's defaults, written out: the bench must notice when they get cheaper. */
const COST = { memoryKib: 19_456, timeCost: 2 };

export type RawVerifies = { readonly perSecond: number; readonly cpuMicrosPerVerify: number };

/** What argon2id alone takes here: the same library and cost as the server, and nothing around. */
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
