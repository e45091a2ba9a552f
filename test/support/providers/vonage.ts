import { createHmac } from 'node:crypto';
import { answerJson, basic, startRecordingServer } from './recording-server.ts';

export const API_KEY = 'abcd1234';
export const API_SECRET = 'vonage-api-secret';

/** Vonage's ID of the message in a request. */
export const messageIdOf = (index: number) => `0A00000001${String(index).padStart(6, '0')}`;

const accepted = (id: string) => ({
  to: '6281234567890',
  'message-id': id,
  status: '0',
  'remaining-balance': '3.14159265',
  'message-price': '0.03330000',
  network: '51010',
});

/** Vonage answers 200, whatever it does with the parts of a message. */
export function answerStatuses(...statuses: string[]) {
  return answerJson(200, {
    'message-count': String(statuses.length),
    messages: statuses.map((status, index) =>
      status === '0'
        ? accepted(`0A000000012345${index}`)
        : { status, 'error-text': 'refused: 8675309123 for 6281234567890' },
    ),
  });
}

/** Vonage's SMS API, as its reference describes it. */
export async function startVonage() {
  const server = await startRecordingServer((request, response) => {
    const { method, url, headers } = request;
    if (method !== 'POST' || url !== '/sms/json') {
      return answerJson(404, {})(request, response);
    }
    const isKnown = headers.authorization === basic(API_KEY, API_SECRET);
    if (!isKnown) return answerStatuses('4')(request, response);
    const messages = [accepted(messageIdOf(server.requests.indexOf(request)))];
    answerJson(200, { 'message-count': '1', messages })(request, response);
  });
  return {
    ...server,
    forms: () => server.requests.map(({ body }) => new URLSearchParams(body)),
  };
}

/** Signs a receipt as "Signing messages" of Vonage describes it. */
export function signReceipt(fields: Readonly<Record<string, string>>, secret: string): string {
  let signed = '';
  for (const name of Object.keys(fields).sort()) {
    signed += `&${name}=${fields[name]?.replace(/&/g, '_').replace(/=/g, '_')}`;
  }
  return createHmac('sha256', secret).update(signed).digest('hex').toUpperCase();
}
