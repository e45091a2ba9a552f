import { expect, it } from 'vitest';
import { createWhatsAppHarness } from '../../support/linked-harness.ts';
import { startLab } from '../../support/whatsapp-lab/lab.ts';
import { createSendingCalls } from '../../support/whatsapp-sending.ts';

it('x', async () => {
  const lab = await startLab();
  const owner = lab.addPhone();
  const h = await createWhatsAppHarness({
    lab,
    env: { OTP_CHANNELS: 'whatsapp,console', WHATSAPP_ACK_SECONDS: '1' },
  });
  const calls = createSendingCalls(h);
  await h.link(owner);
  const phone = lab.addPhone();
  lab.faults = { cutOnMessage: 'lost' };
  console.log((await calls.send(phone, { channel: 'whatsapp' })).raw);
  await new Promise((r) => setTimeout(r, 1500));
  console.log(
    phone.inbox.length,
    phone.duplicates,
    JSON.stringify(await calls.deliveriesTo(phone)),
  );
  console.log(h.logLines.join(''));
  await h.close();
  await lab.close();
});
