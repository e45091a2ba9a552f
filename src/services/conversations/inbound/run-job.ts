import type {
  IgnorableChats,
  SessionSettings,
} from '../../../domain/conversations/session-settings.ts';
import type { WhatsAppChat } from '../../../domain/conversations/whatsapp-message.ts';
import { applyNews } from '../account/apply-news.ts';
import type { IngestContext } from '../context.ts';
import type { InboxState, Job } from '../inbox.ts';
import { applyChange } from './apply-change.ts';
import { applyReceipts } from './apply-receipts.ts';
import { mergeMappings } from './merge-mappings.ts';
import { reportMessages, writeMessages } from './write-messages.ts';

/** How often settings are read again when they change during a job. */
const TRIES = 5;

/** Does one part of the work. It can be repeated. @throws when the database does not respond, or refuses it. */
export async function runJob(ctx: IngestContext, state: InboxState, job: Job): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const settings = await ctx.knownSettings.recall(state.session.sessionId);
    // The session was deleted.
    if (!settings) return;
    if (await runWith(ctx, state, job, settings)) return;
    ctx.knownSettings.forget(state.session.sessionId);
  }
  throw new Error('the settings of the session change too often');
}

/** False if the settings have changed meanwhile, and nothing was written. */
async function runWith(
  ctx: IngestContext,
  state: InboxState,
  job: Job,
  settings: SessionSettings,
): Promise<boolean> {
  const isHeard = (chat: WhatsAppChat) => !isIgnored(chat, settings.ignore);
  const isStored = settings.store !== 'none';
  switch (job.kind) {
    case 'messages': {
      const heard = { ...job, messages: job.messages.filter(({ chat }) => isHeard(chat)) };
      if (isStored) return writeMessages(ctx, state, heard, settings.store);
      await reportMessages(ctx, state, heard);
      return true;
    }
    case 'change':
      if (isStored && isHeard(job.message.chat))
        await applyChange(ctx, state, job.message, settings.store);
      return true;
    case 'receipts':
      if (isStored)
        await applyReceipts(
          ctx,
          state,
          job.receipts.filter(({ chat }) => isHeard(chat)),
        );
      return true;
    case 'news':
      return applyNews(ctx, state, job.news, settings);
    default:
      if (isStored) await mergeMappings(ctx, state, job.mappings);
      return true;
  }
}

const IGNORED_AS: Readonly<Record<WhatsAppChat['kind'], IgnorableChats | undefined>> = {
  person: undefined,
  group: 'groups',
  newsletter: 'newsletters',
  status: 'status',
};

function isIgnored({ kind }: WhatsAppChat, ignore: readonly IgnorableChats[]): boolean {
  const name = IGNORED_AS[kind];
  return name !== undefined && ignore.includes(name);
}
