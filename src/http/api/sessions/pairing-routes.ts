import { z } from '@hono/zod-openapi';
import { modernize, toOwnWhatsAppUser } from '../../../domain/whatsapp/whatsapp-number.ts';
import { toDataUrl, toPng, toSvg, toTerminalText } from '../../../lib/qr-formats.ts';
import type { HealthService } from '../../../services/operations/health-service.ts';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { readQr, requestPairingCode } from '../../../services/whatsapp/pair-session.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { readSessionPath } from '../session-names.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { PairBody, PairingCode, Qr, QrQuery } from './pairing-schemas.ts';
import { presentExpiry } from './session-response.ts';
import { SessionParams } from './session-schemas.ts';

type Dependencies = {
  readonly sessions: SessionContext;
  readonly health: HealthService;
  /** Parses the number to link, which may be of any region. */
  readonly readOwnNumber: ReadRecipient;
};

const tag = 'Sessions';

const linking = {
  fails: [
    'session_not_found',
    'session_exists',
    'request_in_progress',
    'session_not_connected',
    'provider_unavailable',
  ],
  meanings: {
    session_exists: 'The session is already linked.',
    request_in_progress: 'A pairing code is waiting to be entered.',
    session_not_connected: 'The node that hosts the session does not respond.',
    provider_unavailable: 'WhatsApp did not answer in time. Try again.',
  },
} as const;

/** The two ways to link a session: a QR code to scan, or a pairing code to enter. */
export function sessionLinkingRoutes({ sessions, health, readOwnNumber }: Dependencies) {
  const router = createRouter();

  const qrRoute = operation({
    method: 'get',
    path: '/{id}/qr',
    operationId: 'getSessionQr',
    tag,
    summary: 'Get the QR code of a session',
    description:
      'The QR code that links the session to the WhatsApp account that scans it first. Starts to link the session if needed, and waits up to 10 seconds for WhatsApp.',
    params: SessionParams,
    query: QrQuery,
    answers: {
      200: {
        description: 'The QR code that WhatsApp accepts now',
        content: {
          ...answer(Qr, '').content,
          'image/png': { schema: z.string().openapi({ format: 'binary' }) },
          'image/svg+xml': { schema: z.string() },
          'text/plain': { schema: z.string() },
        },
      },
    },
    fails: linking.fails,
    meanings: linking.meanings,
  });
  router.openapi(qrRoute, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const secret = await readQr(sessions, caller, sessionId, health.draining);
    const { text } = secret;
    const { format } = c.req.valid('query');
    if (format === 'png') {
      return c.body(new Uint8Array(await toPng(text)), 200, { 'Content-Type': 'image/png' });
    }
    if (format === 'svg')
      return c.body(await toSvg(text), 200, { 'Content-Type': 'image/svg+xml' });
    if (format === 'txt') return c.text(await toTerminalText(text), 200);
    const data = { qr: text, dataUrl: await toDataUrl(text), ...presentExpiry(secret) };
    return c.json(success('Scan this QR code with WhatsApp', data), 200);
  });

  const pairRoute = operation({
    method: 'post',
    path: '/{id}/pair-request',
    operationId: 'requestPairingCode',
    tag,
    summary: 'Request a pairing code',
    description:
      'Links a session without a QR code: enter the code in WhatsApp on the phone of that number. At most three per hour.',
    params: SessionParams,
    body: PairBody,
    answers: { 200: answer(PairingCode, 'The pairing code; it is shown only once') },
    fails: [...linking.fails, ...PHONE_FAULTS, 'delivery_failed'],
    meanings: {
      ...linking.meanings,
      delivery_failed: 'WhatsApp refused to create a code for this number.',
      rate_limited: 'Too many pairing codes were requested.',
    },
  });
  router.openapi(pairRoute, async (c) => {
    const typed = c.req.valid('json').number;
    const { phoneNumber } = readOwnNumber(modernize(typed));
    const whatsAppUser = toOwnWhatsAppUser(typed, phoneNumber);
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const secret = await requestPairingCode(sessions, caller, sessionId, {
      phoneNumber,
      whatsAppUser,
    });
    const data = { pairingCode: secret.text, ...presentExpiry(secret) };
    return c.json(success('Enter this code in WhatsApp', data), 200);
  });

  return router;
}
