import { expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { readEnv } from '../../config/env.ts';

const read = (source: Readonly<Record<string, string>>) =>
  toConfig(readEnv(source, () => '')).tracing;

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318/';

it('records no traces by default', () => {
  expect(read({})).toBeUndefined();
  expect(read({ OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })).toBeUndefined();
});

it('sends traces to the collector, under the name of the service', () => {
  const expected = { endpoint: 'http://127.0.0.1:4318', headers: {}, serviceName: 'waverify' };
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT })).toEqual(expected);
});

it('reads headers as OpenTelemetry writes them', () => {
  const OTEL_EXPORTER_OTLP_HEADERS = 'authorization=Bearer%20a%2Cb==, x-tenant = shop,';
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS })?.headers).toEqual({
    authorization: 'Bearer a,b==',
    'x-tenant': 'shop',
  });
});

it.each([
  { OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4318' },
  { OTEL_EXPORTER_OTLP_HEADERS: 'authorization' },
  { OTEL_EXPORTER_OTLP_HEADERS: 'a b=c' },
  { OTEL_EXPORTER_OTLP_HEADERS: 'a=100%' },
])('refuses %o', (source) => {
  expect(() => read(source)).toThrow(Object.keys(source)[0]);
});
