import type { Migration } from '../migrator.ts';
import { createSessions } from './20261121-0001-create-sessions.ts';
import { createActivityLogs } from './20261121-0002-create-activity-logs.ts';
import { createOtpLogs } from './20261121-0003-create-otp-logs.ts';
import { createDeliveries } from './20261121-0004-create-deliveries.ts';
import { createIdempotencyKeys } from './20261121-0005-create-idempotency-keys.ts';
import { createRateLimits } from './20261121-0006-create-rate-limits.ts';
import { createLeases } from './20261121-0007-create-leases.ts';
import { addSessionState } from './20261121-0008-add-session-state.ts';
import { createSessionCredentials } from './20261121-0009-create-session-credentials.ts';
import { createSessionContacts } from './20261121-0010-create-session-contacts.ts';
import { widenLeaseNames } from './20261121-0011-widen-lease-names.ts';
import { createUsers } from './20261121-0012-create-users.ts';
import { createApiKeys } from './20261121-0013-create-api-keys.ts';
import { createTokens } from './20261121-0014-create-tokens.ts';
import { createTestNumbers } from './20261121-0015-create-test-numbers.ts';
import { createApiUsage } from './20261121-0016-create-api-usage.ts';
import { widenSessionIds } from './20261121-0017-widen-session-ids.ts';
import { addEventTimes } from './20261121-0018-add-event-times.ts';
import { createRollups } from './20261121-0019-create-rollups.ts';
import { indexLogs } from './20261121-0020-index-logs.ts';
import { indexPruning } from './20261121-0021-index-pruning.ts';
import { rollLimits } from './20261128-0022-roll-limits.ts';
import { addSendBudgets } from './20261128-0023-add-send-budgets.ts';
import { createLoginNetworks } from './20261128-0024-create-login-networks.ts';
import { addEpochsAndLineages } from './20261128-0025-add-epochs-and-lineages.ts';
import { addWhatsAppIds } from './20261128-0026-add-whatsapp-ids.ts';
import { createNodes } from './20261128-0027-create-nodes.ts';
import { addClientIpRight } from './20261128-0028-add-client-ip-right.ts';
import { replaceSentencesByCodes } from './20261128-0029-replace-sentences-by-codes.ts';
import { createAccounts } from './20261128-0030-create-accounts.ts';
import { narrowLogIndexes } from './20261129-0031-narrow-log-indexes.ts';
import { indexSessionsAndNodes } from './20261129-0032-index-sessions-and-nodes.ts';
import { queueDeliveries } from './20261129-0033-queue-deliveries.ts';
import { createMessageTemplates } from './20261129-0034-create-message-templates.ts';
import { addAccountWorkflows } from './20261129-0035-add-account-workflows.ts';
import { createSessionCommands } from './20261129-0036-create-session-commands.ts';
import { addNodeSecretVersions } from './20261129-0037-add-node-secret-versions.ts';
import { widenChannelNames } from './20261130-0038-widen-channel-names.ts';
import { addEmailRecipients } from './20261130-0039-add-email-recipients.ts';
import { createWebhooks } from './20261130-0040-create-webhooks.ts';
import { addSessionSettings } from './20261130-0041-add-session-settings.ts';
import { createConversations } from './20261130-0042-create-conversations.ts';
import { createInboundVerifications } from './20261130-0043-create-inbound-verifications.ts';
import { createMedia } from './20261130-0044-create-media.ts';
import { createMediaUploads } from './20261130-0045-create-media-uploads.ts';
import { createStatusPosts } from './20261130-0046-create-status-posts.ts';
import { createGroups } from './20261130-0047-create-groups.ts';
import { addAutoReplies } from './20261130-0049-add-auto-replies.ts';
import { addInboundChannels } from './20261130-0050-add-inbound-channels.ts';
import { createVerifyServices } from './20261130-0051-create-verify-services.ts';
import { createHooks } from './20261130-0052-create-hooks.ts';
import { addDeliveryKinds } from './20261130-0053-add-delivery-kinds.ts';
import { createRedeemedProofs } from './20261130-0054-create-redeemed-proofs.ts';
import { createVerificationPages } from './20261130-0055-create-verification-pages.ts';
import { addSessionMetadata } from './20261130-0056-add-session-metadata.ts';
import { addLastDigits } from './20261201-0059-add-last-digits.ts';
import { addWebhookFailingReports } from './20261201-0061-add-webhook-failing-reports.ts';
import { createConversionDrops } from './20261201-0062-create-conversion-drops.ts';
import { addMustChangePassword } from './20261201-0063-add-must-change-password.ts';

/** In order of execution. A released migration is never edited, renamed or moved. */
export const migrations: readonly Migration[] = [
  createSessions,
  createActivityLogs,
  createOtpLogs,
  createDeliveries,
  createIdempotencyKeys,
  createRateLimits,
  createLeases,
  addSessionState,
  createSessionCredentials,
  createSessionContacts,
  widenLeaseNames,
  createUsers,
  createApiKeys,
  createTokens,
  createTestNumbers,
  createApiUsage,
  widenSessionIds,
  addEventTimes,
  createRollups,
  indexLogs,
  indexPruning,
  rollLimits,
  addSendBudgets,
  createLoginNetworks,
  addEpochsAndLineages,
  addWhatsAppIds,
  createNodes,
  addClientIpRight,
  replaceSentencesByCodes,
  createAccounts,
  narrowLogIndexes,
  indexSessionsAndNodes,
  queueDeliveries,
  createMessageTemplates,
  addAccountWorkflows,
  createSessionCommands,
  addNodeSecretVersions,
  widenChannelNames,
  addEmailRecipients,
  createWebhooks,
  addSessionSettings,
  createConversations,
  createInboundVerifications,
  createMedia,
  createMediaUploads,
  createStatusPosts,
  createGroups,
  addAutoReplies,
  addInboundChannels,
  createVerifyServices,
  createHooks,
  addDeliveryKinds,
  createRedeemedProofs,
  createVerificationPages,
  addSessionMetadata,
  addLastDigits,
  addWebhookFailingReports,
  createConversionDrops,
  addMustChangePassword,
];
