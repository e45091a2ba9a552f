import type { Bench } from '../bench.ts';
import { startWaverifyNumbers } from './waverify-numbers.ts';
import { startWhatsAppLab } from './whatsapp-lab.ts';
import { startWhatsAppLibrary } from './whatsapp-library.ts';

/** Few enough that each is written to again before the library's caches expire. */
const RECIPIENTS = 50;

/** Small enough not to hide the cost of sending; other figures measure the hash. */
const CHEAP_HASH = { OTP_HASH_MEMORY_KIB: '1024', OTP_HASH_TIME_COST: '1' };

/** Starts the contenders, each with one linked number on the same WhatsApp and the same recipients. */
export async function startContenders(bench: Bench) {
  const lab = await startWhatsAppLab(bench);
  const recipients = await lab.addPhones(RECIPIENTS);
  const waverify = await startWaverifyNumbers(bench, lab, CHEAP_HASH);
  await waverify.linkNumber('default');

  /** Message `n` of any contender: always to the same recipients, so that all are known contacts. */
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
