import type { SessionHost } from '../../channels/session-contract.ts';
import { createRecentEntries } from '../../lib/recent-entries.ts';
import type { InboundContext } from '../../services/verification/inbound/context.ts';
import { createInboundNews } from '../../services/verification/inbound/inbound-news.ts';
import { receiveMessage } from '../../services/verification/inbound/messages/receive-message.ts';
import { createTokenDigests } from '../../services/verification/inbound/token-digests.ts';
import type { Infrastructure } from '../infrastructure.ts';

/** How many texts to numbers of channels are remembered, and for how long: longer than any counts. */
const JUDGED_TEXTS = 10_000;
const JUDGED_MS = 900_000;

type Parts = Pick<InboundContext, 'verification' | 'readNumber'> & { readonly keeper: SessionHost };

/** Verifying by a message that the person sends to one of the sessions. It reads what they receive from now on. */
export function buildInbound(
  { stores, secretKeys, bus, messages }: Infrastructure,
  { verification, readNumber, keeper }: Parts,
): InboundContext {
  const inbound: InboundContext = {
    ...{ verification, readNumber, keeper },
    inbound: stores.inbound,
    places: stores.places,
    sessions: stores.sessions,
    digests: createTokenDigests(secretKeys),
    news: createInboundNews(bus),
    judgedTexts: createRecentEntries<true>({ most: JUDGED_TEXTS, ttlMs: JUDGED_MS }),
  };
  messages.listen({
    onMessage: async (received) => void (await receiveMessage(inbound, received)),
  });
  return inbound;
}
