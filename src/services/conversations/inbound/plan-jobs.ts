import { isShown } from '../../../domain/conversations/message.ts';
import type { WhatsAppMessage } from '../../../domain/conversations/whatsapp-message.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import type { InboxItem, Job, MessagesJob } from '../inbox.ts';

const INGEST_ID_BYTES = 12;

/** How many messages one transaction writes. On SQLite, a code waits until it has ended. */
const MOST_MESSAGES = 50;

/** Turns items into jobs, in order: neighbours of one kind become one job, up to a limit, and each change is one. */
export function planJobs(items: readonly InboxItem[]): Job[] {
  const jobs: Job[] = [];
  for (const item of items) {
    const last = jobs.at(-1);
    const joined = last && join(last, toJob(item));
    if (joined) jobs.splice(-1, 1, joined);
    else jobs.push(toJob(item));
  }
  return jobs;
}

function toJob(item: InboxItem): Job {
  if (item.kind === 'receipt') return { kind: 'receipts', receipts: [item.receipt] };
  if (item.kind === 'mapping') return { kind: 'mappings', mappings: [item.mapping] };
  if (item.kind === 'news') return item;
  return isShown(item.message.content)
    ? toMessagesJob([item.message])
    : { kind: 'change', message: item.message };
}

function join(a: Job, b: Job): Job | undefined {
  if (a.kind === 'messages' && b.kind === 'messages') {
    if (a.messages.length + b.messages.length > MOST_MESSAGES) return undefined;
    return { ...a, messages: [...a.messages, ...b.messages] };
  }
  if (a.kind === 'receipts' && b.kind === 'receipts') {
    return { ...a, receipts: [...a.receipts, ...b.receipts] };
  }
  if (a.kind === 'mappings' && b.kind === 'mappings') {
    return { ...a, mappings: [...a.mappings, ...b.mappings] };
  }
  return undefined;
}

/** The parts of a job that the database refused, so that one of them does not keep the others out; none of a part. */
export function splitJob(job: Job): Job[] {
  switch (job.kind) {
    case 'messages':
      return job.messages.length < 2 ? [] : job.messages.map((message) => toMessagesJob([message]));
    case 'receipts':
      return job.receipts.length < 2
        ? []
        : job.receipts.map((receipt) => ({ kind: 'receipts', receipts: [receipt] }));
    case 'mappings':
      return job.mappings.length < 2
        ? []
        : job.mappings.map((mapping) => ({ kind: 'mappings', mappings: [mapping] }));
    default:
      return [];
  }
}

function toMessagesJob(messages: readonly WhatsAppMessage[]): MessagesJob {
  return { kind: 'messages', ingestId: randomId(INGEST_ID_BYTES), messages };
}
