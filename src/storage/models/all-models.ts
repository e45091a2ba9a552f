import { Account } from './access/account.ts';
import { ApiKey } from './access/api-key.ts';
import { LoginNetwork } from './access/login-network.ts';
import { Token } from './access/token.ts';
import { User } from './access/user.ts';
import { ActivityLog } from './activity/activity-log.ts';
import { ApiUsage } from './analytics/api-usage.ts';
import { ConversionDrop } from './analytics/conversion-drop.ts';
import { Rollup } from './analytics/rollup.ts';
import { SafeNumber } from './compat/safe-number.ts';
import { VerifyBucket } from './compat/verify-bucket.ts';
import { VerifyRateLimit } from './compat/verify-rate-limit.ts';
import { VerifyService } from './compat/verify-service.ts';
import { Chat } from './conversations/chat.ts';
import { GroupMember } from './conversations/group-member.ts';
import { Media } from './conversations/media.ts';
import { MediaUpload } from './conversations/media-upload.ts';
import { Message } from './conversations/message.ts';
import { MessageReceipt } from './conversations/message-receipt.ts';
import { Reaction } from './conversations/reaction.ts';
import { SessionLid } from './conversations/session-lid.ts';
import { StatusPost } from './conversations/status-post.ts';
import { WaGroup } from './conversations/wa-group.ts';
import { Delivery } from './delivery/delivery.ts';
import { MessageTemplate } from './delivery/message-template.ts';
import { Hook } from './hooks/hook.ts';
import { RelayedMessage } from './hooks/relayed-message.ts';
import { Lease } from './limits/lease.ts';
import { RateLimit } from './limits/rate-limit.ts';
import { Epoch } from './operations/epoch.ts';
import { IdempotencyKey } from './operations/idempotency-key.ts';
import { Node } from './operations/node.ts';
import { InboundPlace } from './verification/inbound-place.ts';
import { InboundVerification } from './verification/inbound-verification.ts';
import { OTPLog } from './verification/otp-log.ts';
import { RedeemedProof } from './verification/redeemed-proof.ts';
import { SendConversion } from './verification/send-conversion.ts';
import { TestNumber } from './verification/test-number.ts';
import { VerificationPage } from './verification/verification-page.ts';
import { Event } from './webhooks/event.ts';
import { Webhook } from './webhooks/webhook.ts';
import { WebhookDelivery } from './webhooks/webhook-delivery.ts';
import { Session } from './whatsapp/session.ts';
import { SessionCommand } from './whatsapp/session-command.ts';
import { SessionContact } from './whatsapp/session-contact.ts';
import { SessionCredential } from './whatsapp/session-credential.ts';
import { SessionQuota } from './whatsapp/session-quota.ts';

/** The model of every table. */
export const models = {
  ...{ Account, User, ApiKey, Token, LoginNetwork },
  ...{ OTPLog, InboundVerification, InboundPlace, TestNumber, SendConversion },
  ...{ RedeemedProof, VerificationPage },
  ...{ Delivery, MessageTemplate, ActivityLog },
  ...{ Session, SessionContact, SessionCredential, SessionQuota, SessionCommand },
  ...{ Chat, Message, MessageReceipt, Reaction, SessionLid, Media, WaGroup, GroupMember },
  ...{ MediaUpload, StatusPost },
  ...{ Webhook, Event, WebhookDelivery },
  ...{ VerifyService, VerifyRateLimit, VerifyBucket, SafeNumber },
  ...{ Hook, RelayedMessage },
  ...{ RateLimit, Lease, Rollup, ConversionDrop, ApiUsage, Node, Epoch, IdempotencyKey },
} as const;
