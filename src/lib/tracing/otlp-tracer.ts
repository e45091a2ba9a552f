import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  isSpanContextValid,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createRecentEntries } from '../recent-entries.ts';
import type { Span, Tracer } from './tracer.ts';

type Options = {
  /** The base URL of a collector that accepts OTLP over HTTP. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly version: string;
};

/** How many messages a receipt can be matched with, and for how long. */
const MOST_REMEMBERED = 10_000;
const REMEMBERED_MS = 600_000;

/** A collector that does not respond must not delay the end of the process by more. */
const EXPORT_MS = 5000;

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Sends traces to a collector, in batches and in the background. If the collector does not respond, they are dropped.
 * `tracestate` and baggage of callers are not read, because they may contain any text.
 */
export function createOtlpTracer({ endpoint, headers, serviceName, version }: Options): Tracer {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: EXPORT_MS,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_MS })],
  });
  const tracer = provider.getTracer('waverify', version);
  const running = new AsyncLocalStorage<OtelSpan>();
  const remembered = createRecentEntries<SpanContext>({
    most: MOST_REMEMBERED,
    ttlMs: REMEMBERED_MS,
  });

  const remember = (key: string, context: SpanContext) => void remembered.set(key, context);

  async function runIn<T>(span: OtelSpan, task: (span: OtelSpan) => Promise<T>): Promise<T> {
    try {
      return await running.run(span, () => task(span));
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  return {
    run(name, { kind, traceparent, values = {} }, task) {
      const above = running.getStore()?.spanContext() ?? readTraceparent(traceparent);
      const options = { kind: KINDS[kind ?? 'internal'], attributes: { ...values } };
      const span = tracer.startSpan(name, options, contextOf(above));
      return runIn(span, () => task(toSpan(span, remember)));
    },

    resume(key, name, values, task) {
      const above = remembered.get(key);
      if (!above) return task();
      const cause = running.getStore()?.spanContext();
      const links = cause ? [{ context: cause }] : [];
      const span = tracer.startSpan(name, { attributes: { ...values }, links }, contextOf(above));
      return runIn(span, task);
    },

    close: () => provider.shutdown().catch(() => {}),
  };
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

function contextOf(above: SpanContext | undefined): Context {
  return above ? trace.setSpanContext(ROOT_CONTEXT, above) : ROOT_CONTEXT;
}

function toSpan(span: OtelSpan, remember: (key: string, context: SpanContext) => void): Span {
  return {
    set: (values) => void span.setAttributes({ ...values }),
    fail: () => void span.setStatus({ code: SpanStatusCode.ERROR }),
    remember: (key) => remember(key, span.spanContext()),
  };
}

function readTraceparent(header: string | undefined): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = '0'] = TRACEPARENT.exec(header ?? '') ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}
