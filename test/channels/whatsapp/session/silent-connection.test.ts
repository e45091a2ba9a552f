import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../../../support/process/tcp-proxy.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { inShort, readHistory, trailOf } from '../../../support/whatsapp/session-log.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

let lab: Lab;
let proxy: TcpProxy;
let h: WhatsAppHarness;
let owner: Phone;

beforeAll(async () => {
  lab = await startLab();
  const { port } = new URL(lab.url);
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(port) });
  h = await createWhatsAppHarness({
    lab: { ...lab, url: lab.url.replace(port, String(proxy.port)) },
    whatsappTiming: { keepAliveMs: 300, connectMs: 4000, stableMs: 100 },
  });
  owner = lab.addPhone();
  await h.link(owner);
});
afterAll(async () => {
  await h.close();
  await proxy.close();
  await lab.close();
});

// Baileys counts a line as lost 5 s after an answer that did not come.
it.each([
  [
    'a server that answers nothing any more (408)',
    {
      begin: () => {
        lab.faults = { silent: true };
      },
      end: () => {
        lab.faults = {};
      },
    },
  ],
  [
    'a line on which nothing comes through any more',
    {
      begin: () => proxy.fallSilent(),
      end: () => proxy.restore(),
    },
  ],
])('%s is noticed, and left for a new one', async (_, { begin, end }) => {
  await waitFor(async () => ((await h.status())['attempt'] === 0 ? true : undefined), 'a rest');
  const [from, logins] = [trailOf(h, 'default').length, lab.logins(owner.pn)];
  const trail = () => inShort(trailOf(h, 'default').slice(from));
  const beganAt = performance.now();
  begin();
  await waitFor(() => trail().find((step) => step.startsWith('backoff 1')), 'the loss', 60_000);
  expect(performance.now() - beganAt).toBeLessThan(9000);
  end();
  await h.waitForState(['open'], 'default', 20_000);
  expect(trail().slice(0, 3)).toEqual([
    'connecting (connection_lost)',
    'backoff 1 (connection_lost)',
    'connecting 1',
  ]);
  expect(lab.logins(owner.pn)).toBe(logins + 1);
  expect(lab.connectionsOf(owner.pn)).toBe(1);
  await expect
    .poll(() => readHistory(h, 'default'))
    .toContain('connection_close: error (connection_lost)');
});
