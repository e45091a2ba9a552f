import type { Caller } from '../../../domain/access/caller.ts';
import { toSvgDataUrl } from '../../../lib/qr-formats.ts';
import type { StartedInbound } from '../../../services/verification/inbound/inbound-request.ts';
import type { InboundDetails } from '../../../services/verification/inbound/read-inbound.ts';
import { presentSessionId } from '../session-names.ts';

/** The kind of the channel that has the sessions. */
const SESSIONS = 'whatsapp';

/** Presents a verification that waits for a message, with the link as a QR code. */
export async function presentWaiting(caller: Caller, started: StartedInbound) {
  const { verificationId, phoneNumber, link, text, returnsCode } = started;
  return {
    ...{ verificationId, method: 'inbound' as const },
    ...(phoneNumber !== undefined && { phoneNumber }),
    ...presentReceiver(caller, started.sessionId, started.channel),
    status: 'waiting' as const,
    ...{ link, qr: await toSvgDataUrl(link), text },
    returnCode: returnsCode,
    expiresAt: started.expiresAt.toISOString(),
    expiresIn: started.expiresInSeconds,
  };
}

/** Presents how far it has come. */
export function presentInbound(caller: Caller, details: InboundDetails) {
  const { status, phoneNumber = null, problem = null, refusals, verification } = details;
  const { verificationId, purpose, sessionId, createdAt, verifiedAt, expiresAt } = verification;
  return {
    ...{ verificationId, method: 'inbound' as const, status, phoneNumber, purpose },
    ...presentReceiver(caller, sessionId, details.receivingChannel),
    returnCode: details.returnsCode,
    ...{ problem, refusals },
    createdAt: createdAt.toISOString(),
    verifiedAt: verifiedAt?.toISOString() ?? null,
    expiresAt: expiresAt.toISOString(),
    expiresIn: details.expiresInSeconds,
  };
}

/** Names the number to which the message goes: by its channel and, if it is that of a session, by the session. */
function presentReceiver(caller: Caller, sessionId: string, channel: string = SESSIONS) {
  const isOfSession = channel === SESSIONS;
  return { channel, sessionId: isOfSession ? presentSessionId(caller, sessionId) : null };
}
