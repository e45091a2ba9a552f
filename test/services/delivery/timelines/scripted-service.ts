import { continueDueDeliveries } from '../../../../src/services/verification/sending/continue-delivery.ts';
import type { DialectName } from '../../../support/database/databases.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls } from '../../../support/http/otp-calls.ts';
import {
  type Handling,
  type ProviderMessage,
  startProviders,
} from '../../../support/providers/every-provider.ts';
import { createReporter, type ReportedStatus } from '../../../support/providers/reports.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { createWhatsAppHarness } from '../../../support/whatsapp/linked-harness.ts';
import { PATIENT } from '../../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, startLab } from '../../../support/whatsapp-lab/lab.ts';
import { describeStory, type Story } from './describe-story.ts';

/** The channels that a story may use, besides `whatsapp`. */
const PROVIDERS = 'twilio,vonage,telegram,whatsapp_cloud,android,http,email';

/** Enough for a machine under load; a provider that does not answer takes a third or half of it. */
const VARIABLES = {
  CHANNEL_TIMEOUT_SECONDS: '6',
  OTP_CHANNELS: PROVIDERS,
};

export type ScriptedService = Awaited<ReturnType<typeof startScriptedService>>;

/** The whole service with every provider on the loopback. */
export async function startScriptedService(dialect: DialectName) {
  const providers = await startProviders();
  const env = { ...providers.variables, ...VARIABLES };
  const h = await createHarness({ dialect, env });
  const stories = await createStories(h, providers);
  return {
    ...stories,
    h,
    async close() {
      await h.close();
      await providers.close();
    },
  };
}

/** The same with one linked WhatsApp number, that of `owner`, on a lab. */
export async function startScriptedWhatsApp() {
  const [providers, lab] = await Promise.all([startProviders(), startLab()]);
  const owner = lab.addPhone();
  const env = {
    ...{ ...providers.variables, ...VARIABLES, OTP_CHANNELS: `whatsapp,${PROVIDERS}` },
    WHATSAPP_ACK_SECONDS: '1',
  };
  const h = await createWhatsAppHarness({ lab, env, whatsappTiming: PATIENT });
  await h.link(owner);
  const stories = await createStories(h, providers, lab);
  return {
    ...stories,
    h,
    lab,
    owner,
    async close() {
      await h.close();
      await lab.close();
      await providers.close();
    },
  };
}

type Script = {
  /** The steps, in order. Their waits are those of the configuration. */
  readonly channels: readonly string[];
  readonly phoneNumber: string;
  /** What providers do with the message, by channel; they accept it by default. */
  readonly handling?: Readonly<Record<string, Handling>>;
};

async function createStories(
  h: Harness,
  providers: Awaited<ReturnType<typeof startProviders>>,
  lab?: Lab,
) {
  const otp = createOtpCalls(h);
  const report = await createReporter(h.client, h.now);
  const listeners = new Set<(message: ProviderMessage) => void>();
  const tellAll = (message: ProviderMessage) => {
    for (const tell of listeners) tell(message);
  };
  providers.onArrival(tellAll);
  lab?.onRead(({ number }, { code = '', id, sentByMe }) => {
    if (!sentByMe) tellAll({ channel: 'whatsapp', to: number, code, id });
  });

  /** Sends a code, and follows what becomes of it. */
  async function begin({ channels, phoneNumber, handling = {} }: Script) {
    const requestedAt = h.now();
    const email = `${phoneNumber.slice(1)}@example.com`;
    const arrivals: Story['arrivals'] = [];
    listeners.add((message) => {
      const isForUs = message.to === phoneNumber || message.to === email;
      if (isForUs) arrivals.push({ ...message, at: h.now() });
    });
    providers.handleBy(({ channel }) => handling[channel] ?? { answer: 'accept' });
    const workflow = channels.map((channel) => ({ channel }));
    const answer = await otp.send(phoneNumber, { workflow, email });
    const phases = [{ name: 'at once', from: requestedAt }];
    const story: Story = { channels, requestedAt, phases, arrivals, answer };
    const verificationId = String(story.answer.body.data?.['verificationId']);

    /** What happens from now on is said to happen then. */
    function mark(name: string, seconds = 1): void {
      h.advance(seconds);
      story.phases.push({ name, from: h.now() });
    }
    const messageOn = (channel: string) => {
      const message = story.arrivals.find((one) => one.channel === channel);
      if (!message) throw new Error(`nothing came by ${channel}`);
      return message;
    };
    const deliveries = () =>
      h.database.models.Delivery.findAll({ where: { verificationId }, order: ['id'] });

    return {
      verificationId,
      messageOn,
      mark,
      /** The time that a step waits passes, and what is due then happens. */
      async wait(name = 'after a wait'): Promise<void> {
        mark(name, h.config.delivery.waitSeconds);
        await continueDueDeliveries(h.verification);
      },
      /** What is due happens. */
      continueNow: () => continueDueDeliveries(h.verification),
      report: (channel: string, status: ReportedStatus) => report(messageOn(channel), status),
      until: (channel: string, status: string) =>
        waitFor(async () => {
          const row = (await deliveries()).find((one) => one.channel === channel);
          return row?.status === status ? true : undefined;
        }, `the delivery by ${channel} to be ${status}`),
      /** Everything that is known of the code, as text, once its recipient has used it. */
      async end(names: Readonly<Record<string, string>> = {}): Promise<string> {
        mark('at the end');
        const otpOnPhone = story.arrivals.at(-1)?.code ?? '';
        const verified = await otp.verifyById(verificationId, otpOnPhone);
        const timeline = await h.client.get(`/api/otp/${verificationId}/timeline`);
        const status = await otp.status(phoneNumber);
        const found = { deliveries: await deliveries(), verified, timeline, status };
        return describeStory(story, found, names);
      },
    };
  }

  return { begin, report };
}
