import type { Bench } from '../bench.ts';
import { startWaverifyNumbers } from './waverify-numbers.ts';
import { startWhatsAppLab } from './whatsapp-lab.ts';
import { startWhatsAppLibrary } from './whatsapp-library.ts';

/** Few enough that each is written to again before the library's caches forget it. */
const RECIPIENTS = 50;

/** Small enough to leave the sending to be seen; a verification's hash has figures of its own. */
const CHEAP_HASH = { OTP_HASH_MEMORY_KIB: '1024', OTP_HASH_TIME_COST: '1' };

/** Each with one linked number on the same WhatsApp, and the people to whom all of them write. */
export async function startContenders(bench: Bench) {
  const lab = await startWhatsAppLab(bench);
  const recipients = await lab.addPhones(RECIPIENTS);
  const waverify = await startWaverifyNumbers(bench, lab, CHEAP_HASH);
  await waverify.linkNumber('default');

  /** Message `n` of any contender: round after round to the same people, so that all are known. */
  function writeMessage(n: number) {
    const phoneNumber = recipients[n % recipients.length] ?? '';
    return { phoneNumber, text: `Your code is ${100_000 + n}. Do not share it.` };
  }

  return {
    lab,
    writeMessage,
    text: waverify.asText('default'),
    code: waverify.asCode(),
    inMemory: await startWhatsAppLibrary(bench, lab, 'memory'),
    inFiles: await startWhatsAppLibrary(bench, lab, 'files'),
  };
}
