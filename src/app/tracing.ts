import type { Config } from '../../config/config.ts';
import { ChannelError } from '../channels/contract.ts';
import type { Tracer } from '../lib/tracing/tracer.ts';
import { VERSION } from '../lib/version.ts';
import type { EnabledChannel } from '../services/delivery/context.ts';
import type { LimiterService } from '../services/limits/limiter-service.ts';
import type { CodeHasher } from '../services/verification/code-hasher.ts';
import type { DeliveryStore } from '../storage/delivery/delivery-store.ts';

/** Undefined if no traces are wanted. Then nothing is wrapped, so that requests cost what they cost without traces. */
export type OptionalTracer = Tracer | undefined;

/** The packages of OpenTelemetry are loaded here, and only if traces are wanted. */
export async function openTracer({ tracing }: Pick<Config, 'tracing'>): Promise<OptionalTracer> {
  if (!tracing) return undefined;
  const { createOtlpTracer } = await import('../lib/tracing/otlp-tracer.ts');
  return createOtlpTracer({ ...tracing, version: VERSION });
}

/** Counting on limits, and which one refused. */
export function traceLimiter(tracer: OptionalTracer, limiter: LimiterService): LimiterService {
  if (!tracer) return limiter;
  return {
    ...limiter,
    consume: (...parameters) =>
      tracer.run('limits', {}, async (span) => {
        const result = await limiter.consume(...parameters);
        span.set({ 'waverify.granted': result.granted });
        if (!result.granted) span.set({ 'waverify.limit': result.refusal.limit.name });
        return result;
      }),
  };
}

/** Hashing and comparing codes. */
export function traceHasher(tracer: OptionalTracer, hasher: CodeHasher): CodeHasher {
  if (!tracer) return hasher;
  return {
    hash: (code) => tracer.run('hash', {}, () => hasher.hash(code)),
    matches: (hashed, code) => tracer.run('hash', {}, () => hasher.matches(hashed, code)),
    matchesNothing: (code) => tracer.run('hash', {}, () => hasher.matchesNothing(code)),
  };
}

/** Handing a message to a channel, and why it did not accept it. */
export function traceChannel(tracer: OptionalTracer, channel: EnabledChannel): EnabledChannel {
  if (!tracer) return channel;
  const values = { 'waverify.channel': channel.name };
  return {
    ...channel,
    send: (message) =>
      tracer.run('deliver', { kind: 'client', values }, async (span) => {
        span.remember(message.messageId);
        try {
          return await channel.send(message);
        } catch (error) {
          if (error instanceof ChannelError) span.set({ 'waverify.reason': error.reason });
          throw error;
        }
      }),
  };
}

/** Recording a receipt, in the trace of the message if this node sent it. */
export function traceReceipts(tracer: OptionalTracer, deliveries: DeliveryStore): DeliveryStore {
  if (!tracer) return deliveries;
  const record = <T>(messageId: string, status: string, task: () => Promise<T>) =>
    tracer.resume(messageId, 'receipt', { 'waverify.status': status }, task);
  return {
    ...deliveries,
    markDelivered: (messageId, ...others) =>
      record(messageId, 'delivered', () => deliveries.markDelivered(messageId, ...others)),
    markRead: (messageId, ...others) =>
      record(messageId, 'read', () => deliveries.markRead(messageId, ...others)),
    markFailedLate: (messageId, ...others) =>
      record(messageId, 'failed', () => deliveries.markFailedLate(messageId, ...others)),
  };
}
