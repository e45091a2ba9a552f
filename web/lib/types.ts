/** What the API answers, as far as the pages look at it. docs/openapi.json has it all. */

export type SessionState =
  | 'unlinked'
  | 'qr'
  | 'code'
  | 'linking'
  | 'connecting'
  | 'open'
  | 'backoff'
  | 'replaced'
  | 'logged_out'
  | 'banned'
  | 'outdated'
  | 'failed';

export type Session = {
  readonly sessionId: string;
  readonly accountId?: string;
  readonly state: SessionState;
  readonly reason: string | null;
  /** What the network or the credentials said beyond the reason. */
  readonly errorMessage: string | null;
  readonly attempt: number;
  readonly nextTryAt: string | null;
  readonly isConnected: boolean;
  readonly phoneNumber: string | null;
  readonly name: string | null;
  readonly connectedAt: string | null;
  readonly createdAt: string;
  readonly keptHere: boolean;
  readonly contactsBlockedUntil: string | null;
  readonly contactsBlockedBy: string | null;
  readonly queue: { readonly waiting: number; readonly oldestSeconds: number };
};

export type Secret = { readonly expiresAt: string; readonly expiresIn: number };

type Times = { readonly p50: number | null; readonly p95: number | null };

export type Funnel = {
  readonly asked: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly verified: number;
  readonly failed: number;
  readonly expired: number;
  readonly deliveryRate: number | null;
  readonly readRate: number | null;
  readonly conversionRate: number | null;
  readonly deliveryMs: Times;
  readonly verificationMs: Times;
};

type Count = { readonly total: number; readonly today: number };

export type Dashboard = {
  readonly sessions: { readonly total: number; readonly active: number; readonly inactive: number };
  readonly messages: Count;
  readonly otp: Count;
  readonly limitHits: { readonly today: number };
  readonly funnel: Funnel;
};

export type FunnelGroup = Funnel & { readonly value: string };
export type FunnelReport = {
  readonly from: string;
  readonly to: string;
  readonly total: Funnel;
  readonly groups: readonly FunnelGroup[];
};

type Sums = { readonly sent: number; readonly failed: number };
export type SessionStats = {
  readonly messages: Sums;
  readonly otp: Funnel;
  readonly ever: { readonly messages: Sums; readonly otp: Funnel };
};

export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

export type Activity = {
  readonly id: number | string;
  /** For operators only. */
  readonly accountId?: string;
  readonly sessionId: string | null;
  readonly action: string;
  readonly phoneNumber: string | null;
  readonly messageId: string | null;
  readonly verificationId: string | null;
  readonly status: string;
  readonly details: string | null;
  readonly errorMessage: string | null;
  /** Whether a test key did it. */
  readonly isTest: boolean;
  readonly requestData: unknown;
  readonly responseData: unknown;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly durationMs: number | null;
  readonly createdAt: string;
};

type CodeStatus = 'sent' | 'verified' | 'expired' | 'failed';
export type Code = {
  /** For operators only. */
  readonly accountId?: string;
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly purpose: string;
  readonly channel: string | null;
  readonly sessionId: string | null;
  readonly region: string | null;
  readonly status: CodeStatus;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  readonly readAt: string | null;
  readonly verifiedAt: string | null;
  readonly expiresAt: string;
  readonly delivery: {
    readonly channel: string;
    readonly status: string;
    readonly reason: string | null;
  } | null;
};

export type TimelineEvent = {
  readonly at: string;
  readonly kind: string;
  readonly channel?: string | null;
  readonly sessionId?: string | null;
  readonly reason?: string | null;
  readonly details?: string | null;
  readonly outcome?: string | null;
  readonly limit?: string | null;
  readonly by?: string | null;
  /** What the channel said. */
  readonly note?: string | null;
};

export type Timeline = {
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly purpose: string;
  readonly channel: string | null;
  readonly sessionId: string | null;
  readonly status: CodeStatus;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly events: readonly TimelineEvent[];
};

export type Sent = {
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly channel: string;
  readonly expiresAt: string;
};

export type Key = {
  readonly keyId: string;
  readonly name: string;
  readonly prefix: string;
  readonly mode: 'live' | 'test';
  readonly state: string;
  readonly scopes: readonly string[];
  readonly sessions: readonly string[] | null;
  readonly purposes: readonly string[] | null;
  readonly regions: readonly string[] | null;
  readonly networks: readonly string[] | null;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly createdAt: string;
};
export type CreatedKey = Key & { readonly secret: string };

export type UsageEntry = {
  readonly hour: string;
  readonly accountId: string;
  readonly principal: { readonly kind: string; readonly id: string | null };
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly requests: number;
  readonly averageMs: number;
  readonly maxMs: number;
};
export type UsagePage = Page<UsageEntry> & {
  readonly totals: {
    readonly requests: number;
    readonly failures: number;
    readonly averageMs: number | null;
  } | null;
};

export type Person = {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly role: 'USER' | 'ADMIN';
  readonly accountId: string;
  readonly isActive: boolean;
  readonly lastLoginAt: string | null;
};

export type Me = {
  readonly kind: 'user' | 'key' | 'bootstrap';
  readonly accountId: string;
  readonly scopes: readonly string[];
  readonly isOperator: boolean;
  readonly id?: number;
  readonly name?: string;
  readonly email?: string;
  readonly role?: 'USER' | 'ADMIN';
  readonly keyId?: string;
  /** What a key is held to; null where it is free. */
  readonly reach?: Pick<Key, 'sessions' | 'purposes' | 'regions'>;
};

export type TokenPair = {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly refreshToken: string;
};
