import { createHmac } from 'node:crypto';
import { answerJson, basic, startRecordingServer } from './recording-server.ts';

export const ACCOUNT_SID = `AC${'0a'.repeat(16)}`;
export const AUTH_TOKEN = 'twilio-auth-token';

/** The body of an error: https://www.twilio.com/docs/usage/twilios-response#exceptions. */
export function errorOf(code: number, status: number) {
  const message = `The 'To' number +6281234567890 was refused with ${code}.`;
  return answerJson(status, {
    code,
    message,
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  });
}

/** Twilio's ID of the message in a request. */
export const sidOf = (index: number) => `SM${String(index + 1).padStart(32, '0')}`;

/** Twilio's resource of messages of one account, as its API reference describes it. */
export async function startTwilio(accountSid = ACCOUNT_SID, authToken = AUTH_TOKEN) {
  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const server = await startRecordingServer((request, response) => {
    if (request.headers.authorization !== basic(accountSid, authToken)) {
      return errorOf(20003, 401)(request, response);
    }
    if (request.method !== 'POST' || request.url !== path) {
      return errorOf(20404, 404)(request, response);
    }
    const fields = new URLSearchParams(request.body);
    answerJson(201, {
      sid: sidOf(server.requests.indexOf(request)),
      account_sid: accountSid,
      status: 'queued',
      direction: 'outbound-api',
      to: fields.get('To'),
      from: fields.get('From'),
      messaging_service_sid: fields.get('MessagingServiceSid'),
      body: fields.get('Body'),
      num_segments: '1',
      error_code: null,
      error_message: null,
    })(request, response);
  });
  return {
    ...server,
    forms: () => server.requests.map(({ body }) => new URLSearchParams(body)),
  };
}

/** Signs a form as https://www.twilio.com/docs/usage/security describes it. */
export function signForm(url: string, form: Record<string, string>, authToken = AUTH_TOKEN) {
  const sorted = Object.entries(form).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHmac('sha1', authToken)
    .update(`${url}${sorted.flat().join('')}`)
    .digest('base64');
}
