import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import { readGolden } from './describe-story.ts';
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
    expect(text).toBe(readGolden('provider-500'));
  });

  it.each(PAIRS)('answers 401: %s, then %s', async (first, next) => {
    const story = await service.begin({
      channels: [first, next],
      phoneNumber: nextNumber(),
      handling: { [first]: { answer: 'deny' } },
    });
    await story.report(next, 'delivered');
    const text = await story.end({ [first]: 'FIRST', [next]: 'NEXT' });
    expect(text).toBe(readGolden('provider-401'));
  });

  it.each(PAIRS)('sends it and does not answer in time: %s, then %s', async (first, next) => {
    const story = await service.begin({
      channels: [first, next, 'email'],
      phoneNumber: nextNumber(),
      handling: { [first]: { answer: 'silence' } },
    });
    story.mark('late receipt');
    await story.report(first, 'delivered');
    await story.wait();
    const text = await story.end({ [first]: 'FIRST', [next]: 'NEXT', email: 'LAST' });
    expect(text).toBe(readGolden('timeout-after-acceptance'));
  });
});
