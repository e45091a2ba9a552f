import { answerJson, startRecordingServer } from './providers/recording-server.ts';

/** A span as a collector receives it. */
export type ReceivedSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly links?: readonly { readonly spanId: string }[];
  readonly status: { readonly code?: number };
};

type Export = {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
};

/** A collector of traces on the loopback address. */
export async function startOtlpReceiver() {
  const server = await startRecordingServer(answerJson(200, {}));
  const exports = () => server.requests.filter(({ url }) => url === '/v1/traces');
  return {
    endpoint: server.url,
    /** The requests as they arrived. */
    exports,
    spans: (): ReceivedSpan[] =>
      exports()
        .map(({ body }) => JSON.parse(body) as Export)
        .flatMap(({ resourceSpans }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans),
    close: server.close,
  };
}

/** The values of a span, by their names. */
export function valuesOf({ attributes }: ReceivedSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
