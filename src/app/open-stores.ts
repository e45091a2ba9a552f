import type { ChangeFeed } from '../services/webhooks/change-feed.ts';
import { watchActivities } from '../services/webhooks/recording/watch-activities.ts';
import {
  watchDeliveries,
  watchSessions,
  watchVerifications,
} from '../services/webhooks/recording/watch-stores.ts';
import { createAccountStore } from '../storage/access/account-store.ts';
import { createKeyStore } from '../storage/access/api-key-store.ts';
import { createLoginNetworkStore } from '../storage/access/login-network-store.ts';
import { createTokenStore } from '../storage/access/token-store.ts';
import { createUserStore } from '../storage/access/user-store.ts';
import { createActivityStore } from '../storage/activity/activity-store.ts';
import { createLogStore } from '../storage/activity/log-store.ts';
import { createTimelineStore } from '../storage/activity/timeline-store.ts';
import { createConversionDropStore } from '../storage/analytics/conversion-drop-store.ts';
import { createRollupSourceStore } from '../storage/analytics/rollup-source-store.ts';
import { createRollupStore } from '../storage/analytics/rollup-store.ts';
import { createSummingStore } from '../storage/analytics/summing-store.ts';
import { createUsageStore } from '../storage/analytics/usage-store.ts';
import { createAttemptStore } from '../storage/compat/attempt-store.ts';
import { createRateLimitStore } from '../storage/compat/rate-limit-store.ts';
import { createSafeNumberStore } from '../storage/compat/safe-number-store.ts';
import { createServiceStore } from '../storage/compat/service-store.ts';
import { createGroupStore } from '../storage/conversations/account/group-store.ts';
import { createNameStore } from '../storage/conversations/account/name-store.ts';
import { createPersonStore } from '../storage/conversations/account/person-store.ts';
import { createChangeStore } from '../storage/conversations/change-store.ts';
import { createChatStore } from '../storage/conversations/chat-store.ts';
import { createEraseStore } from '../storage/conversations/erase-store.ts';
import { createIngestStore } from '../storage/conversations/ingest-store.ts';
import { createLidStore } from '../storage/conversations/lid-store.ts';
import { createMediaStore } from '../storage/conversations/media-store.ts';
import { createMessageStore } from '../storage/conversations/message-store.ts';
import { createReceiptStore } from '../storage/conversations/receipt-store.ts';
import { createStatusPostStore } from '../storage/conversations/status-post-store.ts';
import { createUploadStore } from '../storage/conversations/upload-store.ts';
import type { Database } from '../storage/database.ts';
import { createDeliveryStore } from '../storage/delivery/delivery-store.ts';
import { createTemplateStore } from '../storage/delivery/template-store.ts';
import { createHookStore } from '../storage/hooks/hook-store.ts';
import { createRelayStore } from '../storage/hooks/relay-store.ts';
import { createCounterStore } from '../storage/limits/counter-store.ts';
import { createLeaseStore } from '../storage/limits/lease-store.ts';
import { createEpochStore } from '../storage/operations/epoch-store.ts';
import { createIdempotencyStore } from '../storage/operations/idempotency-store.ts';
import { createNodeStore } from '../storage/operations/node-store.ts';
import { createSealedSecretStore } from '../storage/operations/sealed-secret-store.ts';
import { createPageStore } from '../storage/pages/page-store.ts';
import { createRecipientStore } from '../storage/privacy/recipient-store.ts';
import { createConversionStore } from '../storage/verification/conversion-store.ts';
import { createInboundStore } from '../storage/verification/inbound-store.ts';
import { createPlaceStore } from '../storage/verification/place-store.ts';
import { createProofStore } from '../storage/verification/proof-store.ts';
import { createTestNumberStore } from '../storage/verification/test-number-store.ts';
import { createUnsentStore } from '../storage/verification/unsent-store.ts';
import { createVerificationStore } from '../storage/verification/verification-store.ts';
import { createEventStore } from '../storage/webhooks/event-store.ts';
import { createWebhookDeliveryStore } from '../storage/webhooks/webhook-delivery-store.ts';
import { createWebhookStore } from '../storage/webhooks/webhook-store.ts';
import { createContactStore } from '../storage/whatsapp/contact-store.ts';
import { createCredentialStore } from '../storage/whatsapp/credential-store.ts';
import { createSessionCommandStore } from '../storage/whatsapp/session-command-store.ts';
import { createSessionStore } from '../storage/whatsapp/session-store.ts';

/** Opens all stores. Those whose changes can be events report them to `changes`. */
export function openStores(database: Database, changes: ChangeFeed) {
  return {
    accounts: createAccountStore(database),
    activities: watchActivities(createActivityStore(database), changes),
    apiKeys: createKeyStore(database),
    attempts: createAttemptStore(database),
    verifications: watchVerifications(createVerificationStore(database), changes),
    chats: createChatStore(database),
    contacts: createContactStore(database),
    conversions: createConversionStore(database),
    drops: createConversionDropStore(database),
    relays: createRelayStore(database),
    rollupSources: createRollupSourceStore(database),
    summing: createSummingStore(database),
    counters: createCounterStore(database),
    credentials: createCredentialStore(database),
    deliveries: watchDeliveries(createDeliveryStore(database), changes),
    events: createEventStore(database),
    epochs: createEpochStore(database),
    erase: createEraseStore(database),
    groups: createGroupStore(database),
    hooks: createHookStore(database),
    ingest: createIngestStore(database),
    inbound: createInboundStore(database),
    keys: createIdempotencyStore(database),
    leases: createLeaseStore(database),
    lids: createLidStore(database),
    media: createMediaStore(database),
    loginNetworks: createLoginNetworkStore(database),
    logs: createLogStore(database),
    messageChanges: createChangeStore(database),
    messages: createMessageStore(database),
    names: createNameStore(database),
    nodes: createNodeStore(database),
    pages: createPageStore(database),
    people: createPersonStore(database),
    receipts: createReceiptStore(database),
    places: createPlaceStore(database),
    proofs: createProofStore(database),
    rateLimits: createRateLimitStore(database),
    recipients: createRecipientStore(database),
    sealedSecrets: createSealedSecretStore(database),
    rollups: createRollupStore(database),
    safeNumbers: createSafeNumberStore(database),
    services: createServiceStore(database),
    sessionCommands: createSessionCommandStore(database),
    sessions: watchSessions(createSessionStore(database), changes),
    statusPosts: createStatusPostStore(database),
    templates: createTemplateStore(database),
    testNumbers: createTestNumberStore(database),
    timelines: createTimelineStore(database),
    tokens: createTokenStore(database),
    unsent: createUnsentStore(database),
    uploads: createUploadStore(database),
    usages: createUsageStore(database),
    users: createUserStore(database),
    webhooks: createWebhookStore(database),
    webhookDeliveries: createWebhookDeliveryStore(database),
  };
}
