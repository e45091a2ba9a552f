import { setTimeout as pause } from 'node:timers/promises';
import type { NewEvent } from '../../../domain/webhooks/event.ts';
import { toEventId } from '../../../domain/webhooks/event-id.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import type { Change, Occurrence } from '../change-feed.ts';
import type { RecorderContext } from '../context.ts';
import { recordEventsOf, recordNew } from './record-events.ts';

/** How long changes are collected, so that those of one send are recorded at once. */
const COLLECT_MS = 25;

/** How many changed verifications are read at once. */
const BATCH = 100;

/** How many changes wait at most. Those beyond are found by the next look at their verification. */
const MOST_WAITING = 10_000;

/** How many occurrences wait at most. Those beyond are lost. */
const MOST_OCCURRENCES = 1000;

const RETRY_MS = 1000;

/** Records in the background what this node has changed. Errors are logged, and tried again. */
export function createEventRecorder(ctx: RecorderContext) {
  const changes = new Map<string, Change>();
  const occurrences: NewEvent[] = [];
  let working: Promise<void> | undefined;
  let isClosing = false;

  function isWatched(accountId: string): boolean {
    return ctx.endpoints.isWatched(accountId);
  }

  function note(change: Change): void {
    if (!ctx.endpoints.isAnyKnown() || changes.size >= MOST_WAITING) return;
    const key = keyOf(change);
    const before = changes.get(key);
    const hasNoAttemptsLeft = change.hasNoAttemptsLeft || before?.hasNoAttemptsLeft || false;
    const isNew = change.isNew || before?.isNew || false;
    changes.set(key, { ...change, hasNoAttemptsLeft, isNew });
    start();
  }

  function noteOccurrence(occurrence: Occurrence): void {
    if (!isWatched(occurrence.accountId)) return;
    if (occurrences.length >= MOST_OCCURRENCES) {
      ctx.logger.error({ type: occurrence.type }, 'an event is lost: too many wait to be recorded');
      return;
    }
    const { eventId = toEventId(randomId(24)), occurredAt = ctx.now() } = occurrence;
    // It may be reported again before it is recorded, and a statement records an event once.
    if (occurrences.some((waiting) => waiting.eventId === eventId)) return;
    occurrences.push({ ...occurrence, eventId, occurredAt });
    start();
  }

  function start(): void {
    working ??= work().finally(() => {
      working = undefined;
      if (!isClosing && isAnyWaiting()) start();
    });
  }

  function isAnyWaiting(): boolean {
    return changes.size + occurrences.length > 0;
  }

  async function work(): Promise<void> {
    await pause(COLLECT_MS);
    try {
      await recordBatch();
    } catch (err) {
      ctx.logger.error({ err }, 'events could not be recorded; they are tried again');
      await pause(RETRY_MS);
    }
  }

  async function recordBatch(): Promise<void> {
    await recordOccurrences(ctx, occurrences);
    await recordChanges(ctx, changes);
  }

  /** Records what is waiting. If that fails, a look at the verifications finds it later. */
  async function close(): Promise<void> {
    isClosing = true;
    await working;
    while (isAnyWaiting()) await recordBatch();
  }

  return { isWatched, note, noteOccurrence, close };
}

async function recordOccurrences(ctx: RecorderContext, occurrences: NewEvent[]): Promise<void> {
  const batch = occurrences.slice(0, BATCH);
  if (batch.length === 0) return;
  await recordNew(ctx, batch);
  occurrences.splice(0, batch.length);
}

/** A change stays in the list until it is recorded, unless there is a newer one of the same verification. */
async function recordChanges(ctx: RecorderContext, changes: Map<string, Change>): Promise<void> {
  const batch = [...changes].slice(0, BATCH);
  if (batch.length === 0) return;
  const [found, replaced] = await Promise.all([
    ctx.events.findChanged(batch.map(([, change]) => change)),
    ctx.events.findReplacedBy(
      batch.flatMap(([, change]) =>
        change.isNew && 'verificationId' in change ? [change.verificationId] : [],
      ),
    ),
  ]);
  const exhausted = batch.flatMap(([, change]) =>
    change.hasNoAttemptsLeft && 'id' in change ? [change.id] : [],
  );
  await recordEventsOf(ctx, [...replaced, ...found], new Set(exhausted));
  for (const [key, change] of batch) if (changes.get(key) === change) changes.delete(key);
}

function keyOf(change: Change): string {
  if ('id' in change) return `row ${change.id}`;
  return 'messageId' in change ? `message ${change.messageId}` : change.verificationId;
}
