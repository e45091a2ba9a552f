import type { AccountNews } from '../../domain/conversations/account/account-news.ts';
import type { LidMapping, SessionMessage } from '../../domain/conversations/whatsapp-message.ts';
import type { WhatsAppReceipt } from '../../domain/conversations/whatsapp-receipt.ts';
import { needsOperator, type SessionSnapshot } from '../../domain/whatsapp/session.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { DeliveryReceipt } from '../contract.ts';
import type { SessionIdentity } from '../session-contract.ts';
import { createInboundGate } from './inbound/inbound-gate.ts';
import type {
  ContactBook,
  ContactBudget,
  CredentialRows,
  Leases,
  SessionEvent,
  SessionRecords,
} from './interfaces.ts';
import { noteLinked } from './note-linked.ts';
import type { SocketOptions } from './protocol/socket.ts';
import type { ContactCache } from './sending/contact-cache.ts';
import { createMessenger } from './sending/messenger.ts';
import { createNewContactGuard } from './sending/new-contact-guard.ts';
import { createRecentChats } from './sending/recent-chats.ts';
import { createDevices } from './session/device.ts';
import { createSession, type Session } from './session/session.ts';
import { createSessionLease, type SessionLease } from './session/session-lease.ts';
import { createSessionRecorder } from './session/session-recorder.ts';
import { createSettings } from './session/settings.ts';

export type PoolOptions = {
  readonly socketOptions: Omit<SocketOptions, 'isIgnored' | 'groups'>;
  readonly sending: { readonly spacingMs: number; readonly ackMs: number };
  readonly credentials: CredentialRows;
  readonly sealer: Sealer;
  readonly records: SessionRecords;
  readonly contacts: ContactBook;
  readonly budget: ContactBudget;
  readonly leases: Leases;
  /** The name of this process as an owner of leases. */
  readonly owner: string;
  readonly record: (event: SessionEvent) => void;
  readonly onReceipt: (news: DeliveryReceipt) => void;
  /** Called with each message of a session, in order. Those of the past wait for the promise. */
  readonly onMessage: (received: SessionMessage) => Promise<void> | void;
  readonly onMessageReceipt: (session: SessionIdentity, receipt: WhatsAppReceipt) => void;
  /** Called when the settings of a session of this node have changed. */
  readonly onSettings: (sessionId: string) => void;
  /** Called when a session learns the number of a LID. */
  readonly onLidMapping: (session: SessionIdentity, mapping: LidMapping) => void;
  /** Called with what changes in the groups, the chats and the address book of a session. */
  readonly onAccountNews: (session: SessionIdentity, news: AccountNews) => void;
  readonly now: Clock;
  readonly random: () => number;
  readonly logger: Logger;
};

/** A session of this node and its parts. */
export type HostedSession = ReturnType<ReturnType<typeof createSessionBuilder>>;

type Parts = Omit<PoolOptions, 'contacts'> & { readonly contacts: ContactCache };

/** Returns a function that builds a session of this node. `tell` is called with each of its changes. */
export function createSessionBuilder(options: Parts, tell: (snapshot: SessionSnapshot) => void) {
  const { contacts, records, socketOptions, owner, now, logger } = options;

  return (identity: SessionIdentity) => {
    const { sessionId } = identity;
    const settings = createSettings(records, sessionId);
    const newContacts = createNewContactGuard({ sessionId, ...options });
    const recentChats = createRecentChats(now);
    const inBackground = (work: Promise<unknown>) =>
      void work.catch((err: unknown) =>
        logger.error({ err, sessionId }, 'could not process an event of a session'),
      );

    const inbound = createInboundGate({
      markKnown: ({ phoneNumber, whatsAppId }) =>
        contacts.markKnown(sessionId, phoneNumber, now(), whatsAppId),
      record({ phoneNumber }, messageId) {
        const event = { action: 'message_receive', status: 'success' } as const;
        options.record({ ...identity, ...event, phoneNumber, messageId });
      },
    });
    const lease: SessionLease = createSessionLease({
      ...{ sessionId, owner, leases: options.leases, leaseMs: socketOptions.timing.leaseMs },
      mayTake: () => mayReconnect(records, sessionId),
      onTaken: () => session.start(),
      async onLetGo() {
        await session.stop();
        await history.settle();
      },
      ...{ now, logger },
    });
    const history = createSessionRecorder({ identity, ...options, fence: lease.fence });
    const session: Session = createSession({
      ...options,
      identity,
      timing: socketOptions.timing,
      devices: createDevices({
        ...{ sessionId, rows: options.credentials, fence: lease.fence },
        ...{ sealer: options.sealer, socketOptions, isIgnored: settings.isIgnored, now, logger },
      }),
      async noteLinked(phoneNumber) {
        await settings.load();
        await noteLinked(options, sessionId, { phoneNumber, inbound });
      },
      publish(snapshot, change) {
        history.note(snapshot, change);
        tell(snapshot);
      },
      onReceipt: (messageId, status) => options.onReceipt({ sessionId, messageId, status }),
      onInbound: ({ messageId, ...sender }) => inBackground(inbound.take(sender, messageId)),
      onMessage(message) {
        recentChats.noteFromPhone(message);
        return options.onMessage({ ...identity, message });
      },
      onMessageReceipt: (receipt) => options.onMessageReceipt(identity, receipt),
      onLidMapping: (mapping) => options.onLidMapping(identity, mapping),
      onAccountNews: (news) => options.onAccountNews(identity, news),
      onTimeLock: (lock) => inBackground(newContacts.onTimeLock(lock)),
      onRestricted: (readTimeLock) => inBackground(newContacts.onRestricted(readTimeLock)),
      onLeaseLost: () => inBackground(lease.reacquire()),
      async confirmLease() {
        await lease.renew();
        return lease.isHeld();
      },
    });

    const messenger = createMessenger({
      ...{ session, newContacts, contacts, now },
      onSend: recentChats.note,
      onStranger: inbound.forget,
    });
    return { ...identity, session, messenger, lease, settings, recentChats };
  };
}

/** Whether a session exists and a new connection may help. */
async function mayReconnect(records: SessionRecords, sessionId: string): Promise<boolean> {
  const record = await records.findById(sessionId);
  return record !== undefined && !needsOperator(record.state);
}
