import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import { type ScriptedService, startScriptedService } from './scripted-service.ts';

/** Each provider, with one that follows it. */
const PAIRS = [
  ['twilio', 'vonage'],
  ['vonage', 'telegram'],
  ['telegram', 'whatsapp_cloud'],
  ['whatsapp_cloud', 'android'],
  ['android', 'http'],
  ['http', 'twilio'],
] as const;

describe('the golden timeline of a code whose first provider', () => {
  const nextNumber = createPhoneNumbers();
  let service: ScriptedService;
  beforeAll(async () => {
    service = await startScriptedService('sqlite');
  });
  afterAll(() => service.close());

  it.each(PAIRS)('answers 500: %s, then %s', async (first, next) => {
    const story = await service.begin({
      channels: [first, next],
      phoneNumber: nextNumber(),
      handling: { [first]: { answer: 'fail' } },
    });
    await story.report(next, 'delivered');
    const text = await story.end({ [first]: 'FIRST', [next]: 'NEXT' });
    await expect(text).toMatchFileSnapshot('golden/provider-500.txt');
  });

  it.each(PAIRS)('answers 401: %s, then %s', async (first, next) => {
    const story = await service.begin({
      channels: [first, next],
      phoneNumber: nextNumber(),
      handling: { [first]: { answer: 'deny' } },
    });
    await story.report(next, 'delivered');
    const text = await story.end({ [first]: 'FIRST', [next]: 'NEXT' });
    await expect(text).toMatchFileSnapshot('golden/provider-401.txt');
  });

  it.each(PAIRS)('sends it and does not answer in time: %s, then %s', async (first, next) => {
    const story = await service.begin({
      channels: [first, next],
      phoneNumber: nextNumber(),
      handling: { [first]: { answer: 'silence' } },
    });
    const text = await story.end({ [first]: 'FIRST', [next]: 'NEXT' });
    await expect(text).toMatchFileSnapshot('golden/timeout-after-acceptance.txt');
  });
});
