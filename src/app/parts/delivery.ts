import { channels as registry, traitsOf } from '../../channels/registry.ts';
import type { PoolOptions } from '../../channels/whatsapp/build-session.ts';
import {
  createKnownWorkflows,
  type WorkflowContext,
} from '../../services/delivery/account-workflow.ts';
import { createCallbackUrls } from '../../services/delivery/callback-urls.ts';
import { createCircuits } from '../../services/delivery/circuits.ts';
import type { DeliveryContext, EnabledChannel } from '../../services/delivery/context.ts';
import type { ReadinessContext } from '../../services/delivery/read-channels.ts';
import { recordReceipt } from '../../services/delivery/record-receipt.ts';
import {
  createKnownSettings,
  type SenderContext,
} from '../../services/delivery/sender-settings.ts';
import type { TemplateContext } from '../../services/delivery/templates/manage-templates.ts';
import { createTextContext } from '../../services/delivery/templates/message-text.ts';
import type { Infrastructure } from '../infrastructure.ts';
import { traceChannel, traceReceipts } from '../tracing.ts';
import { buildWhatsAppPool } from './whatsapp.ts';

/** The channels in the order in which they are tried, the WhatsApp sessions of this node, and the texts of messages. */
export function buildDelivery(infrastructure: Infrastructure) {
  const { config, platform, stores, metrics, secretKeys, nodeId, tracer } = infrastructure;
  const { logger, now, print } = platform;
  const deliveries = traceReceipts(tracer, stores.deliveries);
  const { timeoutSeconds, enabled } = config.channels;
  const onReceipt: PoolOptions['onReceipt'] = (receipt) =>
    recordReceipt({ deliveries, logger, now }, receipt);
  const pool = buildWhatsAppPool(infrastructure, onReceipt);
  const parts = { print, pool, defaultSession: config.otp.defaultSession };
  const callbackUrls = createCallbackUrls({ publicUrl: config.publicUrl, ...secretKeys });
  const channels = enabled.map(({ name, kind, values }): EnabledChannel => {
    const callbackUrl = callbackUrls.urlOf(name);
    const channel = registry[kind].create(values, { ...parts, name, callbackUrl });
    const traits = traitsOf(name);
    // Without PUBLIC_URL, the provider has no address to report to.
    const isReporting = channel.readCallback !== undefined && callbackUrl !== undefined;
    const reportsDelivery = traits.hasSessions || isReporting;
    return traceChannel(tracer, { ...channel, ...traits, reportsDelivery });
  });
  const { senders, templates, texts } = buildTexts(infrastructure, channels);
  const workflows = buildWorkflows(infrastructure, channels);
  const delivery: DeliveryContext = {
    deliveries,
    texts,
    channels,
    recallWorkflow: workflows.knownWorkflows.recall,
    timeoutSeconds,
    waitSeconds: config.delivery.waitSeconds,
    goal: config.delivery.goal,
    circuits: createCircuits({ metrics, logger }),
    nodeId,
    metrics,
    logger,
    now,
  };
  const { keeper } = pool;
  metrics.watchSessions(() => keeper.report());
  metrics.showChannels(channels.map(({ name }) => name));
  async function close(): Promise<void> {
    await keeper.close();
    await Promise.all(channels.map((channel) => channel.close()));
  }
  const readiness: ReadinessContext = { ...delivery, sessions: stores.sessions };
  return { keeper, delivery, readiness, senders, templates, workflows, callbackUrls, close };
}

function buildWorkflows(
  { platform, stores, activity }: Infrastructure,
  channels: readonly EnabledChannel[],
): WorkflowContext {
  const { now, logger } = platform;
  const { accounts } = stores;
  const knownWorkflows = createKnownWorkflows({ accounts, channels, logger });
  return { accounts, knownWorkflows, channels, activity, now };
}

function buildTexts(
  { config, platform, stores, activity }: Infrastructure,
  channels: readonly EnabledChannel[],
) {
  const { now, logger } = platform;
  const texts = createTextContext(stores.templates, logger);
  const senders: SenderContext = {
    accounts: stores.accounts,
    knownSettings: createKnownSettings(stores.accounts),
    namesOfAll: config.companyNamesWithLinks,
    activity,
    now,
  };
  const templates: TemplateContext = {
    templates: stores.templates,
    knownTemplates: texts.knownTemplates,
    senders,
    channels,
    policy: config.otp,
    activity,
    now,
  };
  return { senders, templates, texts };
}
