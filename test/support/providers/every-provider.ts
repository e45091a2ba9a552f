import type { ServerResponse } from 'node:http';
import { startGateway } from '../http/gateway.ts';
import { codeIn } from '../whatsapp-lab/messages/message-text.ts';
import * as android from './android.ts';
import { type Mail, startMailServer } from './mail-server.ts';
import { type Answer, answerJson, hang, type RecordedRequest } from './recording-server.ts';
import { startTelegramGateway } from './telegram.ts';
import * as twilio from './twilio.ts';
import * as vonage from './vonage.ts';
import { codeIn as codeInTemplate, graphError, startWhatsAppCloud } from './whatsapp-cloud.ts';

/** A message that a provider has read. */
export type ProviderMessage = {
  readonly channel: string;
  /** A phone number (E.164) or an email address. */
  readonly to: string;
  readonly code: string;
  /** By which the provider reports on it: its own ID, or the one that we gave it. */
  readonly id: string;
  /** Our ID or address, if a report repeats what the request says. */
  readonly repeats?: string | undefined;
};

/** What a provider does with a message. */
export type Handling = {
  /**
   * `lose`: it accepts the message and never sends it. `fail`: it has a fault of its own. `deny`: our credentials are
   * wrong. `silence`: it sends the message and never answers.
   */
  readonly answer: 'accept' | 'lose' | 'fail' | 'deny' | 'silence';
  /** What happens between the message and the answer. */
  readonly meanwhile?: ((message: ProviderMessage) => Promise<void>) | undefined;
};

/** The credentials with which receipts are signed. */
export const SECRETS = {
  vonage: 'vonage-signature-secret',
  telegram: 'telegram-access-token',
  whatsappCloud: 'cloud-app-secret',
  android: 'android-webhook-key',
} as const;

const ACCEPT: Handling = { answer: 'accept' };

type Read = Omit<ProviderMessage, 'channel'> | undefined;

/** How a provider with an HTTP API is scripted. */
type Script = {
  readonly server: {
    readonly requests: readonly RecordedRequest[];
    readonly usual: Answer;
    answerWith(answer: Answer): void;
  };
  /** The message in a request; undefined in requests that have none. */
  readonly read: (request: RecordedRequest, index: number) => Read;
  readonly fail: Answer;
  readonly deny: Answer;
};

/**
 * Every provider on the loopback, and what their messages' recipients get. `relay` is asked for the port at which the
 * service shall find a server.
 */
export async function startProviders(relay = async (port: number) => port) {
  let handle: (message: ProviderMessage) => Handling = () => ACCEPT;
  const listeners = new Set<(message: ProviderMessage) => void>();
  const [servers, gateway, mailServer] = await Promise.all([
    startServers(),
    startGateway(),
    startMailServer(),
  ]);
  const scripts = toScripts(servers);

  async function take(message: ProviderMessage): Promise<Handling['answer']> {
    const { answer, meanwhile } = handle(message);
    if (answer === 'accept' || answer === 'silence') for (const tell of listeners) tell(message);
    await meanwhile?.(message);
    return answer;
  }

  for (const [channel, { server, read, ...answers }] of Object.entries(scripts)) {
    const usually = { accept: server.usual, lose: server.usual, silence: hang };
    server.answerWith(async (request, response) => {
      const message = read(request, server.requests.indexOf(request));
      if (!message) return server.usual(request, response);
      const answer = await take({ channel, ...message });
      ({ ...usually, ...answers })[answer](request, response);
    });
  }
  gateway.behaveLike(async (_, response) => {
    const { to, code, id } = gateway.messages.at(-1) as unknown as Omit<ProviderMessage, 'channel'>;
    answerAsGateway(response, await take({ channel: 'http', to, code, id }));
  });
  mailServer.decideBy(async (mail) => MAIL_ANSWERS[await take(readMail(mail))]);

  const relayed = async (url: string) => {
    const target = new URL(url);
    target.port = String(await relay(Number(target.port)));
    return target.href.replace(/\/$/, '');
  };
  return {
    /** What makes the service use them. */
    variables: {
      ...VARIABLES,
      TWILIO_API_URL: await relayed(servers.twilio.url),
      VONAGE_API_URL: await relayed(servers.vonage.url),
      TELEGRAM_API_URL: await relayed(servers.telegram.url),
      WHATSAPP_CLOUD_API_URL: await relayed(servers.whatsapp_cloud.url),
      ANDROID_URL: await relayed(servers.android.url),
      HTTP_CHANNEL_URL: await relayed(gateway.url),
      SMTP_URL: await relayed(mailServer.url),
    } as Readonly<Record<string, string>>,
    /** Handles messages like this from now on. */
    handleBy(next: (message: ProviderMessage) => Handling = () => ACCEPT) {
      handle = next;
    },
    /** Calls for each message that a recipient gets. The returned function ends that. */
    onArrival(listener: (message: ProviderMessage) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      const all = [...Object.values(servers), gateway, mailServer];
      await Promise.all(all.map((server) => server.close()));
    },
  };
}

async function startServers() {
  const [ofTwilio, ofVonage, telegram, cloud, phone] = await Promise.all([
    twilio.startTwilio(),
    vonage.startVonage(),
    startTelegramGateway(),
    startWhatsAppCloud(),
    android.startAndroid(),
  ]);
  return { twilio: ofTwilio, vonage: ofVonage, telegram, whatsapp_cloud: cloud, android: phone };
}

function toScripts(servers: Awaited<ReturnType<typeof startServers>>) {
  return {
    twilio: {
      server: servers.twilio,
      read: ({ body }, index) => {
        const form = new URLSearchParams(body);
        const repeats = form.get('StatusCallback') ?? undefined;
        return { ...readText(form.get('To'), form.get('Body'), twilio.sidOf(index)), repeats };
      },
      fail: twilio.errorOf(20500, 500),
      deny: twilio.errorOf(20003, 401),
    },
    vonage: {
      server: servers.vonage,
      read: ({ body }, index) => {
        const form = new URLSearchParams(body);
        const repeats = form.get('client-ref') ?? undefined;
        const id = vonage.messageIdOf(index);
        return { ...readText(`+${form.get('to')}`, form.get('text'), id), repeats };
      },
      fail: answerJson(500, {}),
      deny: vonage.answerStatuses('4'),
    },
    telegram: {
      server: servers.telegram,
      read: ({ url, body }) => {
        if (url !== '/sendVerificationMessage') return undefined;
        const { phone_number: to, code, payload: id } = JSON.parse(body) as Record<string, string>;
        return { to: to ?? '', code: code ?? '', id: id ?? '' };
      },
      fail: answerJson(500, { ok: false, error: 'INTERNAL' }),
      deny: answerJson(401, { ok: false, error: 'ACCESS_TOKEN_INVALID' }),
    },
    whatsapp_cloud: {
      server: servers.whatsapp_cloud,
      read: ({ body }) => {
        const { to, biz_opaque_callback_data: id } = JSON.parse(body) as Record<string, string>;
        return { to: to ?? '', code: codeInTemplate(body), id: id ?? '' };
      },
      fail: answerJson(500, graphError(131000)),
      deny: answerJson(401, graphError(190)),
    },
    android: {
      server: servers.android,
      read: ({ url, body }) => {
        if (url !== '/messages') return undefined;
        const { id, textMessage, phoneNumbers } = JSON.parse(body) as android.SmsMessage;
        return readText(phoneNumbers[0], textMessage.text, id);
      },
      fail: answerJson(500, {}),
      deny: answerJson(401, {}),
    },
  } satisfies Record<string, Script>;
}

const readText = (to: string | null | undefined, text: string | null, id: string) => ({
  to: to ?? '',
  code: codeIn(text ?? '') ?? '',
  id,
});

function readMail({ to, content }: Mail): ProviderMessage {
  const [, code = ''] = /^Subject: (\d+)/m.exec(content) ?? [];
  return { channel: 'email', to: to[0] ?? '', code, id: '' };
}

function answerAsGateway(response: ServerResponse, answer: Handling['answer']): void {
  const statuses = { accept: 204, lose: 204, fail: 500, deny: 401 };
  if (answer !== 'silence') response.writeHead(statuses[answer]).end();
}

const MAIL_ANSWERS = {
  accept: undefined,
  lose: undefined,
  fail: '451 4.3.0 Try again later',
  deny: '554 5.7.1 Access denied',
  silence: 'hang',
} as const;

const VARIABLES = {
  PUBLIC_URL: 'https://otp.example.com',
  TWILIO_ACCOUNT_SID: twilio.ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: twilio.AUTH_TOKEN,
  TWILIO_FROM: '+15005550006',
  VONAGE_API_KEY: vonage.API_KEY,
  VONAGE_API_SECRET: vonage.API_SECRET,
  VONAGE_FROM: 'Waverify',
  VONAGE_SIGNATURE_SECRET: SECRETS.vonage,
  TELEGRAM_ACCESS_TOKEN: SECRETS.telegram,
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_CLOUD_ACCESS_TOKEN: 'cloud-access-token',
  WHATSAPP_CLOUD_TEMPLATE: 'login_code',
  WHATSAPP_CLOUD_APP_SECRET: SECRETS.whatsappCloud,
  ANDROID_USERNAME: android.USERNAME,
  ANDROID_PASSWORD: android.PASSWORD,
  ANDROID_WEBHOOK_KEY: SECRETS.android,
  EMAIL_FROM: 'Waverify <login@example.com>',
  HTTP_CHANNEL_BODY:
    '{"to": "{{to}}", "code": "{{code}}", "text": "{{text}}", "id": "{{messageId}}"}',
  HTTP_CHANNEL_RECEIPT_ID_PATH: 'id',
  HTTP_CHANNEL_RECEIPT_STATUS_PATH: 'status',
  HTTP_CHANNEL_RECEIPT_STATUSES: '{"delivered": "delivered", "read": "read", "failed": "failed"}',
} as const;
