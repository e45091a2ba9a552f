import type { SessionUse } from '../../domain/conversations/session-settings.ts';
import type { Page, PageAfter } from '../../domain/page.ts';
import type { SessionSnapshot } from '../../domain/whatsapp/session.ts';
import type { ContactBlockReason, SessionReason } from '../../domain/whatsapp/session-reason.ts';
import type { SessionIdentity } from '../session-contract.ts';

/** One sealed credential. */
type SealedRow = {
  readonly category: string;
  readonly keyId: string;
  readonly sealed: string | null;
  readonly secretVersion: string;
};

/** A write only succeeds if `owner` holds this lease beyond `now`. */
export type Fence = { readonly leaseName: string; readonly owner: string; readonly now: Date };

/** The store of sealed credentials. */
export type CredentialRows = {
  load(
    sessionId: string,
    category: string,
    keyIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  /** Writes all changes or none; false if the fence rejected them. */
  replace(fence: Fence, sessionId: string, changes: readonly SealedRow[]): Promise<boolean>;
  wipe(sessionId: string): Promise<void>;
  findStale(
    sessionId: string,
    secretVersion: string,
    limit: number,
  ): Promise<readonly { category: string; keyId: string; sealed: string }[]>;
  reseal(
    sessionId: string,
    row: {
      readonly category: string;
      readonly keyId: string;
      readonly from: string;
      readonly sealed: string;
      readonly secretVersion: string;
    },
  ): Promise<boolean>;
};

/** The stored rows of sessions. */
export type SessionRecords = {
  /** Writes nothing if the fence rejects it. */
  save(snapshot: SessionSnapshot, fence: Fence): Promise<void>;
  setLinked(sessionId: string, isLinked: boolean, now: Date): Promise<void>;
  /** Blocks new contacts. Never shortens an existing block. */
  blockContacts(sessionId: string, until: Date, by: ContactBlockReason, now: Date): Promise<void>;
  /** Replaces the current block, or lifts it. */
  setContactsBlock(
    sessionId: string,
    block: { readonly until: Date; readonly by: ContactBlockReason } | undefined,
    now: Date,
  ): Promise<void>;
  findById(sessionId: string): Promise<SessionRecord | undefined>;
  /** Whether an account has one of these sessions, or any if undefined. */
  isAny(filter: {
    readonly accountId: string;
    readonly sessionIds: readonly string[] | undefined;
  }): Promise<boolean>;
  /** Lists the sessions that should be connected and that no node hosts, by leases of at most `longestMs`. */
  listUnhosted(page: PageAfter, now: Date, longestMs: number): Promise<Page<SessionIdentity>>;
};

type SessionRecord = {
  readonly isLinked: boolean;
  readonly state: SessionSnapshot['state'];
  readonly stateReason: SessionReason | undefined;
  readonly userPhone: string | undefined;
  readonly userName: string | undefined;
  readonly contactsBlockedUntil: Date | undefined;
  readonly contactsBlockedBy: ContactBlockReason | undefined;
  readonly usedFor: SessionUse;
  readonly ignoredChats: string;
};

/** What a session knows about a recipient. */
export type Contact = {
  readonly isOnWhatsApp: boolean | undefined;
  readonly checkedAt: Date | undefined;
  readonly knownAt: Date | undefined;
  readonly whatsAppId: string | undefined;
};

/** The stored contacts of sessions. */
export type ContactBook = {
  /** Finds what each session knows about a number. */
  find(phoneNumber: string): Promise<ReadonlyMap<string, Contact>>;
  saveLookup(
    sessionId: string,
    phoneNumber: string,
    isOnWhatsApp: boolean,
    now: Date,
    whatsAppId?: string,
  ): Promise<void>;
  markKnown(sessionId: string, phoneNumber: string, now: Date, whatsAppId?: string): Promise<void>;
  /** Records that the recipient does not know the session after all. */
  forgetKnown(sessionId: string, phoneNumber: string, now: Date): Promise<void>;
  /** Forgets all contacts, because the session has a new number that no one knows. */
  clear(sessionId: string): Promise<void>;
};

/** The daily budget of new contacts of a session. */
export type ContactBudget = {
  /** Counts one, unless the budget is used up. `why` describes the count. */
  consume(sessionId: string): Promise<{ readonly isGranted: boolean; readonly why: string }>;
  refund(sessionId: string): Promise<void>;
};

export type Leases = {
  acquire(
    lease: { readonly name: string; readonly owner: string },
    now: Date,
    heldUntil: Date,
  ): Promise<boolean>;
  transfer(
    lease: { readonly name: string; readonly from: string; readonly to: string },
    heldUntil: Date,
  ): Promise<boolean>;
  release(lease: { readonly name: string; readonly owner: string }): Promise<void>;
  findOwner(name: string, now: Date): Promise<string | undefined>;
};

/** One entry of a session's history. Never contains the text of a message or a code. */
export type SessionEvent = {
  readonly accountId: string;
  readonly sessionId: string;
  readonly action:
    | 'qr_generate'
    | 'qr_scan'
    | 'connection_open'
    | 'connection_close'
    | 'message_receive';
  readonly status: 'success' | 'error';
  readonly phoneNumber?: string;
  readonly messageId?: string;
  readonly details?: SessionReason;
  readonly errorMessage?: string;
};
