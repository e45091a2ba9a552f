import { createRoute, z } from '@hono/zod-openapi';
import { modernize, toOwnWhatsAppUser } from '../../../domain/whatsapp/whatsapp-number.ts';
import { toDataUrl, toPng, toSvg, toTerminalText } from '../../../lib/qr-formats.ts';
import type { HealthService } from '../../../services/operations/health-service.ts';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { readQr, requestPairingCode } from '../../../services/whatsapp/pair-session.ts';
import { createRouter } from '../../router.ts';
import {
  BODY_PROBLEMS,
  json,
  jsonBody,
  NoQuery,
  problems,
  success,
  successOf,
} from '../schemas/envelope.ts';
import { readSessionPath } from '../session-names.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { NOT_FOUND, REFUSED, SESSION_TAGS as tags, UNAVAILABLE } from './session-problems.ts';
import { presentExpiry } from './session-response.ts';
import { PairBody, PairingCode, Qr, QrQuery, SessionParams } from './session-schemas.ts';

type Dependencies = {
  readonly sessions: SessionContext;
  readonly health: HealthService;
  /** Reads the operator's own number: of any region. */
  readonly readOwnNumber: ReadRecipient;
};

const NOT_NOW =
  '`session_exists`: it is linked already; `request_in_progress`: a pairing code is out; `session_not_connected`: another node keeps it';

/** The two ways of linking a session to an account: a QR to scan, or a code to type. */
export function sessionLinkingRoutes({ sessions, health, readOwnNumber }: Dependencies) {
  const router = createRouter();

  const qrRoute = createRoute({
    method: 'get',
    tags,
    path: '/{id}/qr',
    summary: 'Show the QR that links a session',
    description:
      'Begins to link the session when nobody does yet, and waits up to 10 seconds for WhatsApp. Whoever scans it first gives the session an account.',
    request: { params: SessionParams, query: QrQuery },
    responses: {
      200: {
        description: 'The QR that WhatsApp accepts now',
        content: {
          'application/json': { schema: successOf(Qr) },
          'image/png': { schema: z.string().openapi({ format: 'binary' }) },
          'image/svg+xml': { schema: z.string() },
          'text/plain': { schema: z.string() },
        },
      },
      ...problems({ 400: REFUSED, 404: NOT_FOUND, 409: NOT_NOW, 503: UNAVAILABLE }),
    },
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
    return c.json(success('Scan this QR with WhatsApp', data), 200);
  });

  const pairRoute = createRoute({
    method: 'post',
    tags,
    path: '/{id}/pair-request',
    summary: 'Ask for a code that links a session, in place of the QR',
    description: 'To be typed into WhatsApp on the phone of that number. At most three an hour.',
    request: { params: SessionParams, query: NoQuery, body: jsonBody(PairBody) },
    responses: {
      200: json(successOf(PairingCode), 'The code; it is shown this once'),
      ...problems({
        400: REFUSED,
        404: NOT_FOUND,
        409: NOT_NOW,
        ...BODY_PROBLEMS,
        429: 'Too many: see Retry-After',
        502: 'WhatsApp refused to make a code for this number',
        503: UNAVAILABLE,
      }),
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
    return c.json(success('Type this code into WhatsApp', data), 200);
  });

  return router;
}
