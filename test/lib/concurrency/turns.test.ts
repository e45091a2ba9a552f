import { describe, expect, it } from 'vitest';
import { createTurns } from '../../../src/lib/concurrency/turns.ts';

/** Takes out all that waits. */
function drain(turns: { next(): string | undefined }): string {
  const order: string[] = [];
  for (let item = turns.next(); item !== undefined; item = turns.next()) order.push(item);
  return order.join(' ');
}

describe('turns', () => {
  it('keep the order of coming within one subject', () => {
    const turns = createTurns<string>();
    for (const item of ['1', '2', '3']) turns.add(['a'], item);
    expect(drain(turns)).toBe('1 2 3');
    expect(turns.next()).toBeUndefined();
  });

  it('give each group its turn, and each member of a group', () => {
    const turns = createTurns<string>();
    for (const item of ['1', '2', '3', '4']) turns.add(['flood', 'x'], `x${item}`);
    turns.add(['flood', 'y'], 'y1');
    turns.add(['other', 'z'], 'z1');
    turns.add(['other', 'z'], 'z2');
    expect(drain(turns)).toBe('x1 z1 y1 z2 x2 x3 x4');
  });

  it('let whoever comes later in, and forget who is done', () => {
    const turns = createTurns<string>();
    turns.add(['a'], 'a1');
    turns.add(['a'], 'a2');
    expect(turns.next()).toBe('a1');
    turns.add(['b'], 'b1');
    expect(drain(turns)).toBe('a2 b1');
    turns.add(['a'], 'a3');
    expect(drain(turns)).toBe('a3');
  });
});
