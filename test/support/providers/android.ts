import { createHmac } from 'node:crypto';
import { answerJson, basic, startRecordingServer } from './recording-server.ts';

export const USERNAME = 'sms';
export const PASSWORD = 'android-password';

export type SmsMessage = {
  readonly id: string;
  readonly textMessage: { readonly text: string };
  readonly phoneNumbers: readonly string[];
};

type Webhook = { readonly id: string; readonly url: string; readonly event: string };

/** The local server of SMS Gateway for Android, as its swagger.json describes it. */
export async function startAndroid() {
  const ids = new Set<string>();
  const webhooks = new Map<string, Webhook>();
  const server = await startRecordingServer((request, response) => {
    const { method, url, headers, body } = request;
    if (headers.authorization !== basic(USERNAME, PASSWORD)) {
      return void response.writeHead(401).end();
    }
    if (method === 'POST' && url === '/webhooks') {
      const webhook = JSON.parse(body) as Webhook;
      webhooks.set(webhook.id, webhook);
      return answerJson(201, webhook)(request, response);
    }
    if (method !== 'POST' || url !== '/messages') {
      return void response.writeHead(404).end();
    }
    const message = JSON.parse(body) as SmsMessage;
    if (ids.has(message.id)) {
      const fault = { message: 'Message with the same ID already exists' };
      return answerJson(409, fault)(request, response);
    }
    ids.add(message.id);
    answerJson(202, acceptedAs('Pending', message))(request, response);
  });
  return {
    ...server,
    webhooks,
    messages: () =>
      server.requests
        .filter(({ url }) => url === '/messages')
        .map(({ body }) => JSON.parse(body) as SmsMessage),
  };
}

/** The answer to a message in a state. It repeats the text, as the app does. */
export function acceptedAs(state: string, message: Partial<SmsMessage>, error?: string) {
  return {
    id: message.id,
    deviceId: 'ffffffffceb0b1db0000018e937c815b',
    state,
    isHashed: false,
    isEncrypted: false,
    textMessage: message.textMessage,
    recipients: message.phoneNumbers?.map((phoneNumber) => ({ phoneNumber, state, error })),
    states: {},
  };
}

/** The headers with which the app signs the body of a webhook. */
export function signWebhook(body: string, key: string, at: Date) {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${body}${timestamp}`).digest('hex');
  return { 'x-signature': signature, 'x-timestamp': timestamp };
}
