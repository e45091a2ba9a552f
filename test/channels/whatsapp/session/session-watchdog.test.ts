import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backoffMs, type Timing } from '../../../../src/channels/whatsapp/protocol/timing.ts';
import type { SessionDetails } from '../../../../src/services/whatsapp/session-details.ts';
import { watchSession } from '../../../../src/services/whatsapp/watch-session.ts';
import { OWNER } from '../../../support/owner.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  QUICK,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { inShort, trailOf } from '../../../support/whatsapp/session-log.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const TIMING = {
  ...QUICK,
  connectMs: 2500,
  firstBackoffMs: 200,
  longestBackoffMs: 700,
  stableMs: 800,
} as Timing;

let lab: Lab;
let h: WhatsAppHarness;
let owner: Phone;

beforeAll(async () => {
  lab = await startLab();
  h = await createWhatsAppHarness({ lab, whatsappTiming: TIMING });
  owner = lab.addPhone();
  await h.link(owner);
});
afterEach(() => expect(lab.unhandled).toEqual([]));
afterAll(async () => {
  await h.close();
  await lab.close();
});

/** The bounds of a wait, by how many tries have failed. */
function boundsOf(attempt: number): [least: number, most: number] {
  return [backoffMs(attempt, TIMING, () => 0), backoffMs(attempt, TIMING, () => 1)];
}

function expectBetween(ms: number, [least, most]: readonly [number, number], slackMs: number) {
  expect(ms).toBeGreaterThanOrEqual(least - 5);
  expect(ms).toBeLessThanOrEqual(most + slackMs);
}

describe.each([
  ['refused', { refuseUpgrade: 503 }, 'unreachable', '127.0.0.1: HTTP status 503'],
  ['never answered', { ignoreUpgrade: true }, 'no_answer', undefined],
])('a connection whose upgrade is %s', (_, faults, reason, errorMessage) => {
  it('is given up, and tried again after growing waits until the fault is gone', async () => {
    await waitFor(async () => ((await h.status())['attempt'] === 0 ? true : undefined), 'a rest');
    const [from, logins] = [trailOf(h, 'default').length, lab.logins(owner.pn)];
    const views: SessionDetails[] = [];
    const stop = await watchSession(h.sessions, OWNER, 'default', {
      onChange: ({ details }) => void views.push(details),
      onRemoved: () => {},
    });
    lab.faults = faults;
    lab.end('drop', owner.pn);
    const wait = await waitFor(() => views.find(({ attempt }) => attempt === 3), 'the third wait');
    expect(wait.errorMessage).toBe(errorMessage);
    lab.faults = {};
    await h.waitForState(['open']);
    await waitFor(
      () => (views.at(-1)?.state === 'open' && views.at(-1)?.attempt === 0 ? true : undefined),
      'peace',
    );
    stop();

    const steps = trailOf(h, 'default').slice(from);
    const short = inShort(steps);
    expect(short.slice(0, 6)).toEqual([
      'connecting (connection_closed)',
      'backoff 1 (connection_closed)',
      'connecting 1',
      `backoff 2 (${reason})`,
      'connecting 2',
      `backoff 3 (${reason})`,
    ]);
    expect(short.slice(-2)).toEqual([expect.stringMatching(/^open [3-9]$/), 'open']);
    expect(lab.logins(owner.pn)).toBe(logins + 1);
    expect(lab.connectionsOf(owner.pn)).toBe(1);

    // The last failure is forgotten after a stable while, not when the line opens.
    const [opened, calm] = steps.slice(-2).map(({ at }) => at.getTime());
    expect((calm ?? 0) - (opened ?? 0)).toBeGreaterThanOrEqual(TIMING.stableMs - 5);

    const waits = steps.flatMap((step, index) => {
      const next = steps[index + 1];
      return step.state === 'backoff' && next
        ? [{ step, ms: next.at.getTime() - step.at.getTime() }]
        : [];
    });
    expect(waits.length).toBeGreaterThanOrEqual(3);
    for (const { step, ms } of waits) {
      expectBetween(ms, boundsOf(step.attempt), 1000);
      const view = views.find(
        ({ state, attempt }) => state === 'backoff' && attempt === step.attempt,
      );
      expectBetween(
        (view?.nextTryAt?.getTime() ?? 0) - step.at.getTime(),
        boundsOf(step.attempt),
        20,
      );
    }
    const tries = steps.filter(
      ({ state, reason }) => state === 'backoff' && reason === 'no_answer',
    );
    for (const { at } of tries) {
      const began = steps.findLast((step) => step.state === 'connecting' && step.at <= at);
      expectBetween(
        at.getTime() - (began?.at.getTime() ?? 0),
        [TIMING.connectMs, TIMING.connectMs],
        1000,
      );
    }
  });
});

it('a session that waits for its next try is begun anew at once by a restart', async () => {
  lab.faults = { refuseUpgrade: 503 };
  lab.end('drop', owner.pn);
  await waitFor(
    async () => (Number((await h.status())['attempt']) > 1 ? true : undefined),
    'a second failure',
  );
  lab.faults = {};
  const { status } = await h.client.post('/api/sessions/default/restart', {});
  expect(status).toBe(200);
  await h.waitForState(['open']);
  const short = inShort(trailOf(h, 'default'));
  expect(short.slice(short.lastIndexOf('connecting 2'))).toEqual(['connecting 2', 'open 2']);
});
