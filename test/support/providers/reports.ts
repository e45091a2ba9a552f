import type { Answer, createClient } from '../http/client.ts';
import { signWebhook } from './android.ts';
import { type ProviderMessage, SECRETS } from './every-provider.ts';
import { signAsTelegram } from './telegram.ts';
import { signForm } from './twilio.ts';
import { signReceipt } from './vonage.ts';
import { signAsMeta, webhookOf } from './whatsapp-cloud.ts';

export type ReportedStatus = 'delivered' | 'read' | 'failed';

type Report = Pick<ProviderMessage, 'id' | 'repeats'> & {
  readonly status: ReportedStatus;
  readonly at: Date;
};

type Callback = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

type ListedChannel = { readonly name: string; readonly callbackUrl: string | null };

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_BODY = { 'content-type': 'application/json' };

/** How each provider reports on a message, signed with its secret. */
const REPORTS: Readonly<Record<string, (report: Report) => Callback>> = {
  twilio({ id, status, repeats: url = '' }) {
    const failure = { MessageStatus: 'undelivered', ErrorCode: '30003' };
    const form = {
      MessageSid: id,
      ...(status === 'failed' ? failure : { MessageStatus: status }),
    };
    const headers = { ...FORM, 'x-twilio-signature': signForm(url, form) };
    return { headers, body: new URLSearchParams(form).toString() };
  },
  vonage({ id, status, repeats = '', at }) {
    const fields = {
      messageId: id,
      'client-ref': repeats,
      status,
      'err-code': status === 'failed' ? '1' : '0',
      timestamp: secondsOf(at),
      nonce: 'aaaaaaaa-bbbb',
    };
    const signed = { ...fields, sig: signReceipt(fields, SECRETS.vonage) };
    return { headers: JSON_BODY, body: JSON.stringify(signed) };
  },
  telegram({ id, status, at }) {
    const word = status === 'failed' ? 'expired' : status;
    const body = JSON.stringify({
      request_id: 'request',
      payload: id,
      delivery_status: { status: word },
    });
    const signature = signAsTelegram(SECRETS.telegram, secondsOf(at), body);
    const signed = { 'x-request-timestamp': secondsOf(at), 'x-request-signature': signature };
    return { headers: { ...JSON_BODY, ...signed }, body };
  },
  whatsapp_cloud({ id, status }) {
    const errors = status === 'failed' ? [{ code: 131000 }] : undefined;
    const report = { id: 'wamid.HBgM', biz_opaque_callback_data: id, status, errors };
    const body = JSON.stringify(webhookOf(report));
    const signature = signAsMeta(SECRETS.whatsappCloud, body);
    return { headers: { ...JSON_BODY, 'x-hub-signature-256': signature }, body };
  },
  android({ id, status, at }) {
    const payload = { messageId: id, reason: 'RESULT_ERROR_GENERIC_FAILURE' };
    const body = JSON.stringify({ event: `sms:${status}`, payload });
    return { headers: { ...JSON_BODY, ...signWebhook(body, SECRETS.android, at) }, body };
  },
  http: ({ id, status }) => ({
    headers: FORM,
    body: new URLSearchParams({ id, status }).toString(),
  }),
};

/** The channels whose providers report on messages. */
export const reportingProviders = Object.keys(REPORTS);

/** Reports to a node as the providers do. */
export async function createReporter(client: ReturnType<typeof createClient>, now: () => Date) {
  const { body } = await client.get('/api/channels');
  const listed = body.data as unknown as readonly ListedChannel[];
  const urls = new Map(listed.map(({ name, callbackUrl }) => [name, callbackUrl]));

  return async (
    { channel, id, repeats }: Omit<ProviderMessage, 'to' | 'code'>,
    status: ReportedStatus,
  ): Promise<Answer> => {
    const toCallback = REPORTS[channel];
    const url = repeats?.startsWith('http') ? repeats : urls.get(channel);
    if (!(toCallback && url)) throw new Error(`${channel} has nowhere to report to`);
    const { pathname, search } = new URL(url);
    const callback = toCallback({ id, repeats, status, at: now() });
    const answer = await client.call({ method: 'POST', path: pathname + search, ...callback });
    if (answer.status !== 200) throw new Error(`a report of ${channel} got ${answer.raw}`);
    return answer;
  };
}

function secondsOf(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}
