import { Counter, Gauge, type Registry } from 'prom-client';
import { conversionKinds } from '../../../domain/verification/send-conversion.ts';
import { webhookDeliveryStatuses } from '../../../domain/webhooks/webhook.ts';

const sendOutcomes = ['sent', 'failed', 'refused', 'test'] as const;
const attemptOutcomes = ['verified', 'invalid', 'closed', 'refused'] as const;
const relayOutcomes = ['accepted', 'failed', 'refused'] as const;
const keyOutcomes = ['refused', 'limited'] as const;
const pushStatuses = webhookDeliveryStatuses.filter((status) => status !== 'PENDING');

type Options<L extends string> = {
  readonly name: string;
  readonly help: string;
  readonly label: L;
  /** The known values of the label. */
  readonly values?: readonly string[];
};

/** Everything that is counted. */
export function createCounters(registers: Registry[]) {
  return {
    ...createCodeCounters(registers),
    ...createChannelCounters(registers),
    ...createAlarmCounters(registers),
    sessionCommands: new Counter({
      name: 'waverify_session_commands_total',
      help: 'What this node asked the hosts of WhatsApp sessions to do, by outcome',
      labelNames: ['command', 'outcome'],
      registers,
    }),
    webhookDeliveries: counterBy(registers, {
      name: 'waverify_webhook_deliveries_total',
      help: 'Attempts to push an event to a webhook, by what they led to',
      label: 'status',
      values: pushStatuses,
    }),
    messagesLost: new Counter({
      name: 'waverify_messages_lost_total',
      help: 'Received messages that were not stored, because too many waited for the database',
      registers,
    }),
  };
}

/** Shows 0 for each enabled channel, which its first message would otherwise begin at 1. */
export function showChannels(
  counters: ReturnType<typeof createChannelCounters>,
  channels: readonly string[],
): void {
  const { channelSends, channelVerifications, skippedChannels, laterSteps } = counters;
  for (const channel of channels) {
    channelSends.inc({ channel }, 0);
    channelVerifications.inc({ channel }, 0);
    skippedChannels.set({ channel }, 0);
    laterSteps.inc({ channel, outcome: 'accepted' }, 0);
  }
  laterSteps.inc({ channel: 'none', outcome: 'failed' }, 0);
}

/** Shows 0 for each limit. */
export function showLimits(
  { limitHits }: Pick<ReturnType<typeof createAlarmCounters>, 'limitHits'>,
  limits: readonly string[],
): void {
  for (const limit of limits) limitHits.inc({ limit }, 0);
}

function createCodeCounters(registers: Registry[]) {
  return {
    sends: counterBy(registers, {
      name: 'waverify_otp_sends_total',
      help: 'Codes requested, by outcome',
      label: 'outcome',
      values: sendOutcomes,
    }),
    verifications: counterBy(registers, {
      name: 'waverify_otp_verifications_total',
      help: 'Codes checked, by outcome',
      label: 'outcome',
      values: attemptOutcomes,
    }),
    inboundVerifications: counterBy(registers, {
      name: 'waverify_inbound_verifications_total',
      help: 'Verifications by an incoming message that were started or refused, and messages with a token, by outcome',
      label: 'outcome',
      values: ['started', 'refused', 'verified'],
    }),
    tightenedAttempts: counterBy(registers, {
      name: 'waverify_otp_tightened_verifications_total',
      help: 'Codes checked while a shared limit on wrong codes was full',
      label: 'limit',
    }),
  };
}

function createChannelCounters(registers: Registry[]) {
  return {
    channelSends: counterBy(registers, {
      name: 'waverify_channel_sends_total',
      help: 'Messages with a code that a channel accepted',
      label: 'channel',
    }),
    channelVerifications: counterBy(registers, {
      name: 'waverify_channel_verifications_total',
      help: 'Verified codes, by the channel that sent them last',
      label: 'channel',
    }),
    skippedChannels: new Gauge({
      name: 'waverify_channel_skipped',
      help: 'Whether a channel is skipped, because it is misconfigured',
      labelNames: ['channel'],
      registers,
    }),
    relays: counterBy(registers, {
      name: 'waverify_relayed_messages_total',
      help: 'Codes of other servers that were to be delivered, by outcome',
      label: 'outcome',
      values: relayOutcomes,
    }),
    laterSteps: new Counter({
      name: 'waverify_delivery_later_steps_total',
      help: 'Steps that started because an earlier message did not reach its goal, by outcome',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
  };
}

function createAlarmCounters(registers: Registry[]) {
  return {
    limitHits: counterBy(registers, {
      name: 'waverify_limit_hits_total',
      help: 'Requests that a limit refused',
      label: 'limit',
    }),
    pumpingSuspected: counterBy(registers, {
      name: 'waverify_pumping_suspected_total',
      help: 'Keys, prefixes and regions with too few verified codes among the latest sends',
      label: 'kind',
      values: conversionKinds,
    }),
    wrongCredentials: counterBy(registers, {
      name: 'waverify_wrong_credentials_total',
      help: 'Invalid API keys, by whether their IP address was over its limit',
      label: 'outcome',
      values: keyOutcomes,
    }),
  };
}

/** A counter with one label. Known values start at 0: a counter that begins at 1 has no increase to alert on. */
function counterBy<L extends string>(
  registers: Registry[],
  { name, help, label, values = [] }: Options<L>,
): Counter<L> {
  const counter = new Counter({ name, help, labelNames: [label], registers });
  for (const value of values) counter.labels(value).inc(0);
  return counter;
}
