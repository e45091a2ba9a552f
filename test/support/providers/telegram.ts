import { createHash, createHmac } from 'node:crypto';
import { answerJson, type RecordedRequest, startRecordingServer } from './recording-server.ts';

/** What the Gateway knows about a message. */
export const statusOf = (requestId: string, more: object = {}) => ({
  request_id: requestId,
  phone_number: '+6281234567890',
  request_cost: 0.01,
  ...more,
});

/**
 * The Telegram Gateway on the loopback address. Like the real one, it takes a message only with a request ID of
 * `checkSendAbility`, once, and a code of 4 to 8 digits.
 */
export async function startTelegramGateway() {
  const open = new Set<string>();
  let count = 0;
  const respond = ({ url, body }: RecordedRequest) => {
    const fields = JSON.parse(body) as { request_id?: string; code?: string };
    if (url === '/checkSendAbility') {
      count += 1;
      open.add(`request${count}`);
      return { ok: true, result: statusOf(`request${count}`, { remaining_balance: 9.9 }) };
    }
    const { request_id: id = '', code = '' } = fields;
    if (!/^\d{4,8}$/.test(code)) return { ok: false, error: 'CODE_INVALID' };
    if (!open.delete(id)) return { ok: false, error: 'REQUEST_ID_INVALID' };
    return { ok: true, result: statusOf(id, { delivery_status: { status: 'sent' } }) };
  };
  const server = await startRecordingServer((request, response) =>
    answerJson(200, respond(request))(request, response),
  );
  const sent = () => server.requests.filter(({ url }) => url === '/sendVerificationMessage');
  return {
    ...server,
    sent: () => sent().map(({ body }) => JSON.parse(body) as Record<string, unknown>),
    /** Answers one method with this, and others as usual. */
    answerMethodWith(method: string, status: number, body: unknown) {
      server.answerWith((request, response) => {
        const isMeant = request.url === `/${method}`;
        answerJson(isMeant ? status : 200, isMeant ? body : respond(request))(request, response);
      });
    },
  };
}

/** Signs a report by the algorithm that Telegram documents. */
export function signAsTelegram(token: string, timestamp: string, body: string): string {
  const key = createHash('sha256').update(token).digest();
  return createHmac('sha256', key).update(`${timestamp}\n${body}`).digest('hex');
}
