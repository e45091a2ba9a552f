import type { components } from './api-types.ts';

/** The response types of the API, under the names that the pages use. */
type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];

export type Session = Schemas['Session'];
export type SessionSettings = Pick<Session, 'store' | 'use' | 'ignore' | 'autoReply'>;
export type SessionPage = {
  readonly data: readonly Session[];
  readonly nextCursor: string | null;
  readonly total: number;
};
export type SessionState = Session['state'];
export type SessionRef = Schemas['SessionName'];
/** The QR code in an event of a session. */
export type Qr = Omit<Schemas['SessionQr'], 'dataUrl'>;
export type PairingCode = Schemas['PairingCode'];

export type TwilioSettings = Schemas['TwilioSettings'];

export type Chat = Schemas['Chat'];
export type Message = Schemas['Message'];
export type MessageContent = NonNullable<Schemas['MessageContent']>;
export type Contact = Schemas['Contact'];
export type SentToChat = Schemas['SentToChat'];
export type UploadedFile = Schemas['UploadedFile'];
export type StatusPost = Schemas['StatusPost'];

export type Funnel = Schemas['Funnel'];
export type Dashboard = Schemas['Dashboard'];
export type FunnelReport = Schemas['FunnelReport'];
export type ConversionDrops = Schemas['ConversionDrops'];
export type FunnelGroup = FunnelReport['groups'][number];
export type SessionStats = Schemas['SessionStats'];

export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

export type Activity = Schemas['Activity'];
export type Code = Schemas['LoggedOtp'];
export type Timeline = Schemas['Timeline'];
export type TimelineEvent = Schemas['TimelineEvent'];
export type Sent = Schemas['Sent'];
export type Status = Schemas['Status'];

export type Key = Schemas['Key'];
export type CreatedKey = Schemas['MadeKey'];

export type SendingReadiness = Schemas['SendingReadiness'];
export type Account = Schemas['Account'];
export type SignInOptions = Schemas['SignInOptions'];
export type Login = Schemas['Login'];
export type Workflow = Schemas['Workflow'];
export type Sender = Schemas['Sender'];

export type ChannelState = Schemas['ChannelState'];

export type Template = Schemas['Template'];
export type TemplatePreview = Schemas['TemplatePreview'];

export type Webhook = Schemas['Webhook'];
export type CreatedWebhook = Schemas['WebhookWithSecret'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type WebhookEvent = Schemas['Event'];

export type Hook = Schemas['Hook'];
export type CreatedHook = Schemas['HookWithSecret'];
export type HookCall = Schemas['HookCall'];
export type HookRequest = Schemas['HookSampleRequest'];

export type TestNumber = Schemas['TestNumber'];

export type UsageEntry = Schemas['UsageEntry'];
export type UsagePage = Schemas['UsagePage'];
export type UsageGroup = Schemas['UsageGroup'];

export type User = Schemas['User'];
export type Me = Schemas['Me'];
export type Scope = Me['scopes'][number];
export type TokenPair = Schemas['TokenPair'];
