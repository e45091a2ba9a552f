import { createSealer } from '../../lib/crypto/encryption.ts';
import { replyAutomatically } from '../../services/conversations/auto-reply/auto-reply.ts';
import type { ConversationContext, IngestContext } from '../../services/conversations/context.ts';
import { createGroupLimits } from '../../services/conversations/groups/group-limits.ts';
import { createIngest } from '../../services/conversations/inbound/ingest.ts';
import type { MediaContext } from '../../services/conversations/media/context.ts';
import { createKnownSettings } from '../../services/conversations/settings/known-settings.ts';
import type { SettingsContext } from '../../services/conversations/settings/save-settings.ts';
import type { SessionContext } from '../../services/whatsapp/context.ts';
import type { Infrastructure } from '../infrastructure.ts';
import type { buildWebhooks } from './webhooks.ts';

type Parts = {
  readonly webhooks: Pick<ReturnType<typeof buildWebhooks>, 'recording'>;
  readonly whatsapp: SessionContext;
  readonly media: MediaContext;
};

/** Stores the conversations of sessions that want it, and reports them to webhooks. */
export function buildConversations(
  infrastructure: Infrastructure,
  { webhooks, whatsapp, media }: Parts,
) {
  const { values } = infrastructure.config.channels;
  const { platform, stores, secretKeys, metrics, messages, activity } = infrastructure;
  const { endpoints, onRecorded } = webhooks.recording;
  const knownSettings = createKnownSettings(stores.sessions);
  const context: IngestContext = {
    ingest: stores.ingest,
    changes: stores.messageChanges,
    receipts: stores.receipts,
    lids: stores.lids,
    statusPosts: stores.statusPosts,
    people: stores.people,
    groups: stores.groups,
    names: stores.names,
    chats: stores.chats,
    events: stores.events,
    knownSettings,
    sealer: createSealer(secretKeys, 'conversation'),
    isWatched: endpoints.isWatched,
    address: endpoints.address,
    onRecorded,
    onLost: (count) => metrics.messagesLost.inc(count),
    logger: platform.logger,
    now: platform.now,
  };
  const ingest = createIngest(context);
  messages.listen(ingest);
  const settings: SettingsContext = {
    ...{ sessions: stores.sessions, erase: stores.erase, knownSettings, activity },
    ...{ keeper: whatsapp.keeper, logger: platform.logger, now: platform.now },
  };
  const conversations: ConversationContext = {
    ...context,
    ...{ messages: stores.messages, chats: stores.chats, contacts: stores.contacts },
    ...{ whatsapp, media },
    groupLimits: createGroupLimits({
      spacingSeconds: values.WHATSAPP_GROUP_CHANGE_SECONDS,
      createdPerDay: values.WHATSAPP_GROUPS_PER_DAY,
      addedPerDay: values.WHATSAPP_GROUP_ADDS_PER_DAY,
    }),
  };
  messages.listen({ onMessage: (received) => replyAutomatically(conversations, received) });
  return { conversations, settings, ingest };
}
