import { afterAll, beforeAll, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { inParallel } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import { type ReportedStatus, reportingProviders } from '../../../support/providers/reports.ts';
import { readGolden } from './describe-story.ts';
import { type ScriptedService, startScriptedService } from './scripted-service.ts';

/** One whose receipts name the ID of its answer, and one whose receipts name ours. */
const BOTH_KINDS = ['twilio', 'whatsapp_cloud'];

onEveryDatabase('the golden timeline of a code on %s whose receipt', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const nextNumber = createPhoneNumbers();
  const providers = reportingProviders.filter(
    (channel) => dialect === 'sqlite' || BOTH_KINDS.includes(channel),
  );
  let service: ScriptedService;
  beforeAll(async () => {
    service = await startScriptedService(dialect);
  });
  afterAll(() => service.close());

  /** A provider that reports before it answers. */
  const reportingFirst = (status: ReportedStatus) => ({
    answer: 'accept' as const,
    meanwhile: async (message: { readonly channel: string; readonly id: string }) => {
      await service.report(message, status);
    },
  });
  const namesOf = (...[first, next, last]: string[]) => ({
    [first ?? '']: 'FIRST',
    [next ?? '']: 'NEXT',
    [last ?? '']: 'LAST',
    // Each provider has failures of its own.
    ...{ unavailable: 'REASON', refused: 'REASON' },
  });

  itOnOne.each(providers)('comes before the answer: %s', async (first) => {
    const story = await service.begin({
      channels: [first, 'email'],
      phoneNumber: nextNumber(),
      handling: { [first]: reportingFirst('delivered') },
    });
    await story.until(first, 'delivered');
    await story.wait();
    const text = await story.end(namesOf(first, 'email'));
    expect(text).toBe(readGolden('receipt-before-answer'));
  });

  itOnOne.each(providers)('reports a failure before the answer: %s', async (first) => {
    const story = await service.begin({
      channels: [first, 'email'],
      phoneNumber: nextNumber(),
      handling: { [first]: reportingFirst('failed') },
    });
    await story.until(first, 'failed');
    story.mark('after the report');
    await inParallel(5, story.continueNow);
    const text = await story.end(namesOf(first, 'email'));
    expect(text).toBe(readGolden('failure-before-answer'));
  });

  itOnOne.each(providers)('comes after the fallback: %s', async (first) => {
    const next = first === 'vonage' ? 'android' : 'vonage';
    const story = await service.begin({
      channels: [first, next, 'email'],
      phoneNumber: nextNumber(),
    });
    await story.wait();
    story.mark('late receipt');
    await story.report(first, 'delivered');
    await story.wait('after another wait');
    const text = await story.end(namesOf(first, next, 'email'));
    expect(text).toBe(readGolden('receipt-after-fallback'));
  });

  itOnOne.each(providers)('reports a failure after the fallback: %s', async (first) => {
    const next = first === 'vonage' ? 'android' : 'vonage';
    const story = await service.begin({
      channels: [first, next, 'email'],
      phoneNumber: nextNumber(),
    });
    await story.wait();
    story.mark('late receipt');
    await story.report(first, 'failed');
    await story.continueNow();
    await story.wait('after another wait');
    const text = await story.end(namesOf(first, next, 'email'));
    expect(text).toBe(readGolden('failure-after-fallback'));
  });

  it.each(providers)('comes many times: %s', async (first) => {
    const story = await service.begin({ channels: [first, 'email'], phoneNumber: nextNumber() });
    story.mark('receipts');
    await inParallel(5, () => story.report(first, 'delivered'));
    story.mark('receipts again');
    await inParallel(5, (index) => story.report(first, index % 2 ? 'failed' : 'delivered'));
    await story.wait();
    const text = await story.end(namesOf(first, 'email'));
    expect(text).toBe(readGolden('duplicate-receipts'));
  });

  it.each(providers)('reports a failure many times: %s', async (first) => {
    const story = await service.begin({ channels: [first, 'email'], phoneNumber: nextNumber() });
    story.mark('receipts');
    await inParallel(5, () => story.report(first, 'failed'));
    await inParallel(5, async () => {
      await story.report(first, 'failed');
      await story.continueNow();
    });
    await story.wait();
    const text = await story.end(namesOf(first, 'email'));
    expect(text).toBe(readGolden('duplicate-failures'));
  });
});
