import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { streamTexts } from '../../src/lib/stream-texts.ts';

/** Parts without end, and how many were made. */
function createSource(failAt = Number.POSITIVE_INFINITY) {
  const seen = { made: 0, isEnded: false };
  async function* make(): AsyncGenerator<string, void> {
    try {
      for (;;) {
        if (seen.made === failAt) throw new Error('the source is gone');
        seen.made += 1;
        yield `part ${seen.made} `;
      }
    } finally {
      seen.isEnded = true;
    }
  }
  return { seen, texts: make() };
}

const never = () => {
  throw new Error('there was a fault');
};

/** Fails on a fault, and counts how often the end was told. */
function watch() {
  const ends = { count: 0 };
  const onEnd = () => {
    ends.count += 1;
  };
  return { onFault: never, onEnd, ends };
}

describe('a stream of texts', () => {
  it('tells its end when it was read, and when its reader goes away before the first part', async () => {
    async function* one(): AsyncGenerator<string, void> {
      yield 'all';
    }
    const read = watch();
    expect(await new Response(streamTexts(one(), read)).text()).toBe('all');
    expect(read.ends.count).toBe(1);
    const left = watch();
    await streamTexts(one(), left).cancel();
    expect(left.ends.count).toBeGreaterThan(0);
  });

  it('is made no faster than it is read', async () => {
    const { seen, texts } = createSource();
    const reader = streamTexts(texts, watch()).getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe('part 1 ');
    await pause(50);
    expect(seen).toEqual({ made: 2, isEnded: false });
  });

  it('ends its source when the reader goes away', async () => {
    const { seen, texts } = createSource();
    const reader = streamTexts(texts, watch()).getReader();
    await reader.read();
    await reader.cancel();
    const { made } = seen;
    await pause(50);
    expect(seen).toEqual({ made, isEnded: true });
  });

  it('is cut off by a fault, and tells of it', async () => {
    const faults: unknown[] = [];
    const { texts } = createSource(3);
    const response = new Response(
      streamTexts(texts, { onFault: (fault) => void faults.push(fault), onEnd: () => {} }),
    );
    await expect(response.text()).rejects.toThrow('the source is gone');
    expect(faults).toHaveLength(1);
  });
});
