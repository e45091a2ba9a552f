import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Handling } from '../../../support/providers/every-provider.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { readGolden } from './describe-story.ts';
import { startScriptedWhatsApp } from './scripted-service.ts';

const HOUR_MS = 3_600_000;

describe('the golden timeline of a code by WhatsApp', () => {
  let service: Awaited<ReturnType<typeof startScriptedWhatsApp>>;
  beforeAll(async () => {
    service = await startScriptedWhatsApp();
  });
  afterEach(async () => {
    const { lab, owner } = service;
    lab.faults = {};
    lab.setTimeLock(owner.pn, { isActive: false }, { notify: true });
    await untilBlocked(false);
    expect(lab.unhandled).toEqual([]);
  });
  afterAll(() => service.close());

  /** Resolves when new contacts of the number are blocked, or no longer are. */
  function untilBlocked(isBlocked: boolean) {
    return waitFor(async () => {
      const { body } = await service.h.client.get('/api/sessions/default');
      return (body.data?.['contactsBlockedUntil'] !== null) === isBlocked ? true : undefined;
    }, 'the block of new contacts');
  }

  const begin = (
    channels: readonly string[],
    handling: Readonly<Record<string, Handling>> = {},
  ) => {
    const { number } = service.lab.addPhone();
    return service.begin({ channels: ['whatsapp', ...channels], phoneNumber: number, handling });
  };

  it('that is not acknowledged, and its receipt comes late', async () => {
    service.lab.faults = { dropAcks: true, dropReceipts: true };
    const story = await begin(['twilio', 'vonage']);
    story.mark('late receipt');
    service.lab.releaseReceipts();
    await story.until('whatsapp', 'delivered');
    await story.wait();
    expect(await story.end()).toBe(readGolden('no-ack'));
  });

  it('that is acknowledged and not delivered, like the next one', async () => {
    service.lab.faults = { loseMessages: true };
    const story = await begin(['telegram', 'twilio'], { telegram: { answer: 'lose' } });
    await story.wait();
    await story.wait('after another wait');
    await story.report('twilio', 'delivered');
    expect(await story.end()).toBe(readGolden('ack-without-delivery'));
  });

  it('that is refused with 463', async () => {
    service.lab.faults = { nackMessages: { error: 463, times: 1 } };
    const story = await begin(['twilio', 'vonage']);
    await story.report('twilio', 'delivered');
    await story.wait();
    expect(await story.end()).toBe(readGolden('refused-463'));
  });

  it('from a number that has a time lock', async () => {
    const { lab, owner, h } = service;
    const endsAt = new Date(h.now().getTime() + HOUR_MS);
    lab.setTimeLock(owner.pn, { isActive: true, endsAt }, { notify: true });
    await untilBlocked(true);
    const story = await begin(['twilio', 'vonage']);
    await story.report('twilio', 'delivered');
    await story.wait();
    expect(await story.end()).toBe(readGolden('time-lock'));
  });
});
