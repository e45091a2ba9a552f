import { describe, expect, it } from 'vitest';
import { type Argon2Engine, drawDecoy } from '../../src/lib/crypto/argon2-engine.ts';
import { createSecretKey } from '../../src/lib/crypto/secrets.ts';
import { createCodeHasher } from '../../src/services/verification/code-hasher.ts';

const COST = { memoryKib: 1024, timeCost: 1 };
const KEY = createSecretKey('key-0123456789abcdef0123456789abcdef');
const OTHER_KEY = createSecretKey('other-0123456789abcdef0123456789abcdef');
const PEPPER = KEY.derive('pepper');

type Load = () => Promise<Argon2Engine>;

/** What every engine owes to the code hasher; `loadOther` is one whose digests it must read. */
export function describeArgon2Engine(name: string, load: Load, loadOther: Load): void {
  describe(`codes hashed by ${name}`, () => {
    it('loads the engine of that name', async () => {
      expect((await load()).name).toBe(name);
    });

    it('A17: are argon2id digests of the asked cost with a salt of their own', async () => {
      const engine = await load();
      const digests = await Promise.all(
        Array.from({ length: 20 }, () => engine.hash('123456', COST, PEPPER)),
      );
      expect(new Set(digests).size).toBe(20);
      for (const digest of digests) {
        expect(digest).toMatch(/^\$argon2id\$v=19\$m=1024,t=1,p=1\$[^$]{22}\$[^$]{43}$/);
      }
    });

    it('A18: match with their code and pepper only', async () => {
      const engine = await load();
      const digest = await engine.hash('123456', COST, PEPPER);
      expect(await engine.verify(digest, '123456', PEPPER)).toBe(true);
      expect(await engine.verify(digest, '123457', PEPPER)).toBe(false);
      expect(await engine.verify(digest, '123456', OTHER_KEY.derive('pepper'))).toBe(false);
      expect(await engine.verify(digest, '123456', Buffer.alloc(0))).toBe(false);
    });

    it('are read by the other engine, and the other way round', async () => {
      const [engine, other] = [await load(), await loadOther()];
      const [ours, theirs] = [
        await engine.hash('000123', COST, PEPPER),
        await other.hash('000123', COST, PEPPER),
      ];
      for (const [reader, digest] of [
        [other, ours],
        [engine, theirs],
      ] as const) {
        expect(await reader.verify(digest, '000123', PEPPER)).toBe(true);
        expect(await reader.verify(digest, '123', PEPPER)).toBe(false);
      }
    });

    it('have a decoy of their form, which takes a whole hash to compare', async () => {
      const engine = await load();
      const cost = { memoryKib: 16_384, timeCost: 1 };
      const decoy = drawDecoy(cost);
      expect(decoy).toMatch(/^\$argon2id\$v=19\$m=16384,t=1,p=1\$[^$]{22}\$[^$]{43}$/);
      expect(drawDecoy(cost)).not.toBe(decoy);
      const digest = await engine.hash('123456', cost, PEPPER);
      const [real = 0, fake = 0] = await timesOf(engine, [digest, decoy]);
      expect(fake).toBeGreaterThan(real / 4);
    });

    it('match by the hasher under the key that made them', async () => {
      const engine = await load();
      const before = createCodeHasher({
        ...{ engine, cost: COST, current: OTHER_KEY, previous: undefined },
      });
      const hasher = createCodeHasher({
        ...{ engine, cost: COST, current: KEY, previous: OTHER_KEY },
      });
      const [old, fresh] = [await before.hash('123456'), await hasher.hash('123456')];
      expect(old.secretVersion).toBe(OTHER_KEY.version);
      expect(fresh.secretVersion).toBe(KEY.version);
      expect(await hasher.matches(old, '123456')).toBe(true);
      expect(await hasher.matches(old, '654321')).toBe(false);
      expect(await hasher.matches(fresh, '123456')).toBe(true);
      expect(await before.matches(fresh, '123456')).toBe(false);
      expect(await hasher.matchesNothing('no code')).toBe(false);
    });

    it('A20: never match when the digest is not of our making', async () => {
      const engine = await load();
      const hasher = createCodeHasher({
        ...{ engine, cost: COST, current: KEY, previous: undefined },
      });
      const { secretVersion } = await hasher.hash('123456');
      const dear = await engine.hash('123456', { memoryKib: 2048, timeCost: 1 }, PEPPER);
      const long = await engine.hash('123456', { memoryKib: 1024, timeCost: 2 }, PEPPER);
      const good = await engine.hash('123456', COST, PEPPER);
      const forged = [
        dear,
        long,
        good.replace('m=1024', 'm=4194304'),
        good.replace('p=1', 'p=4'),
        good.replace('argon2id', 'argon2d'),
        good.slice(0, -1),
        `${good}A`,
        `${good}\n`,
        'argon2id',
        '',
      ];
      for (const codeDigest of forged) {
        const hashed = { codeDigest, secretVersion };
        expect(await hasher.matches(hashed, '123456'), codeDigest).toBe(false);
      }
      expect(await hasher.matches({ codeDigest: good, secretVersion }, '123456')).toBe(true);
    });
  });
}

/**
 * The shortest of ten comparisons of each digest with a text that does not match, in milliseconds. They take turns, so
 * that another program slows down all of them alike.
 */
async function timesOf(engine: Argon2Engine, digests: readonly string[]): Promise<number[]> {
  const shortest = digests.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 10; round += 1) {
    for (const [index, digest] of digests.entries()) {
      const startedAt = performance.now();
      expect(await engine.verify(digest, '654321', PEPPER)).toBe(false);
      shortest[index] = Math.min(shortest[index] ?? 0, performance.now() - startedAt);
    }
  }
  return shortest;
}
