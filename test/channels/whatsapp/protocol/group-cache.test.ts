import { describe, expect, it } from 'vitest';
import {
  createGroupCache,
  GroupRefusal,
} from '../../../../src/channels/whatsapp/protocol/groups/group-cache.ts';

const OVER_LIMIT = Object.assign(new Error('rate-overlimit'), { data: 429 });
const LOST = new Error('the connection ended');

function create() {
  let now = new Date('2026-11-30T10:00:00Z');
  const cache = createGroupCache(() => now);
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
  };
  return { cache, pass };
}

/** A question that counts how often it is asked. */
function question(outcome: string | Error) {
  const asked = { count: 0 };
  const ask = async () => {
    asked.count += 1;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { asked, ask };
}

describe('questions about groups', () => {
  it('are asked once by many callers, and again only for another group', async () => {
    const { cache } = create();
    const { asked, ask } = question('reply');
    const replies = Array.from({ length: 20 }, () => cache.askSometimes('1@g.us', ask));
    expect(new Set(await Promise.all(replies))).toEqual(new Set(['reply']));
    expect(asked.count).toBe(1);
    await cache.askSometimes('2@g.us', ask);
    expect(asked.count).toBe(2);
  });

  it('are asked again at once if there was no answer', async () => {
    const { cache } = create();
    const lost = question(LOST);
    await expect(cache.askSometimes('1@g.us', lost.ask)).rejects.toBe(LOST);
    const { ask } = question('reply');
    expect(await cache.askSometimes('1@g.us', ask)).toBe('reply');
  });

  it('stop for 15 minutes when WhatsApp answers that there are too many, over connections', async () => {
    const { cache, pass } = create();
    const limited = question(OVER_LIMIT);
    await expect(cache.ask(limited.ask)).rejects.toBeInstanceOf(GroupRefusal);
    cache.onConnect();
    const { asked, ask } = question('reply');
    pass(15 * 60 - 1);
    await expect(cache.ask(ask)).rejects.toMatchObject({ errorCode: 429 });
    expect(asked.count).toBe(0);
    pass(1);
    expect(await cache.ask(ask)).toBe('reply');
  });

  it('do not stop for another refusal', async () => {
    const { cache } = create();
    const refused = question(Object.assign(new Error('forbidden'), { data: 403 }));
    await expect(cache.ask(refused.ask)).rejects.toMatchObject({ errorCode: 403 });
    expect(await cache.ask(question('reply').ask)).toBe('reply');
  });
});
