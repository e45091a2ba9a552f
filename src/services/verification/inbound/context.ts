import type { SessionHost } from '../../../channels/session-contract.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import type { InboundStore } from '../../../storage/verification/inbound-store.ts';
import type { PlaceStore } from '../../../storage/verification/place-store.ts';
import type { SessionStore } from '../../../storage/whatsapp/session-store.ts';
import type { VerificationContext } from '../context.ts';
import type { InboundNews } from './inbound-news.ts';
import type { TokenDigests } from './token-digests.ts';

/** What verifying by an incoming message needs. Built once, by the composition root. */
export type InboundContext = {
  readonly verification: VerificationContext;
  readonly inbound: InboundStore;
  readonly places: PlaceStore;
  readonly sessions: Pick<SessionStore, 'find' | 'list'>;
  readonly keeper: Pick<SessionHost, 'snapshot' | 'reply' | 'findLid'>;
  readonly digests: TokenDigests;
  readonly news: InboundNews;
  /** The texts to numbers of channels that were judged by this node, for as long as they can count. */
  readonly judgedTexts: {
    has(name: string): boolean;
    set(name: string, isJudged: true): unknown;
    delete(name: string): boolean;
  };
  /** Parses the number of a sender. @throws {AppError} `invalid_phone` or `region_not_allowed`. */
  readonly readNumber: (text: string) => Recipient;
};
