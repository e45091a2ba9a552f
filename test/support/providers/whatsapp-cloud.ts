import { createHmac } from 'node:crypto';
import { answerJson, startRecordingServer } from './recording-server.ts';

/** What Meta says to a message that it accepts. */
export const acceptedBy = (to: string, id: string) => ({
  messaging_product: 'whatsapp',
  contacts: [{ input: to, wa_id: to.replace('+', '') }],
  messages: [{ id, message_status: 'accepted' }],
});

/** An error of the Graph API. Its texts repeat what they should not. */
export const graphError = (code: number, leaked = '') => ({
  error: {
    message: `(#${code}) Title ${leaked}`,
    type: 'OAuthException',
    code,
    error_data: { messaging_product: 'whatsapp', details: `Details ${leaked}` },
    fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
  },
});

/** The Cloud API on the loopback address, which accepts every message. */
export async function startWhatsAppCloud() {
  let count = 0;
  const server = await startRecordingServer((request, response) => {
    const { to } = JSON.parse(request.body) as { to: string };
    count += 1;
    answerJson(200, acceptedBy(to, `wamid.HBgM${count}`))(request, response);
  });
  return {
    ...server,
    /** The codes that arrived. */
    codes: () => server.requests.map(({ body }) => codeIn(body)),
  };
}

type Sent = {
  readonly template: {
    readonly components: readonly { readonly parameters: readonly { readonly text: string }[] }[];
  };
};

/** The code in the template of a request. */
export function codeIn(body: string): string {
  const { template } = JSON.parse(body) as Sent;
  return template.components[0]?.parameters[0]?.text ?? '';
}

/** The number of our account, in Meta's examples. */
export const CLOUD_NUMBER = {
  display_phone_number: '15550783881',
  phone_number_id: '106540352242922',
};

/** A webhook as Meta sends it: one entry with one change. */
export const webhookOf = (...statuses: unknown[]) => wrap({ metadata: CLOUD_NUMBER, statuses });

/** A webhook about messages that people wrote to a number of ours. */
export const messagesOf = (messages: readonly unknown[], metadata = CLOUD_NUMBER) =>
  wrap({ metadata, contacts: [{ profile: { name: 'Kerry Fisher' } }], messages });

const wrap = (value: object) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '102290129340398',
      changes: [{ value: { messaging_product: 'whatsapp', ...value }, field: 'messages' }],
    },
  ],
});

/** A text that a person wrote, as Meta reports it. `from` has no plus. */
export const textFrom = (from: string, body: string, { id, sentAt }: TextFacts) => ({
  from,
  id,
  timestamp: String(Math.floor(sentAt.getTime() / 1000)),
  type: 'text',
  text: { body },
});

type TextFacts = { readonly id: string; readonly sentAt: Date };

/** Signs a body by the algorithm that Meta documents: HMAC-SHA256 of the raw body, with the app secret. */
export function signAsMeta(appSecret: string, body: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}
