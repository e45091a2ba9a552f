import { z } from 'zod';
import { baseUrl } from './fields.ts';

/** A name of a header, and a value that may be percent-encoded. */
const PAIR = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*([!-~][ -~]*)$/;

/** Headers as the specification of OpenTelemetry writes them: `name=value,name=value`, with values percent-encoded. */
const headerPairs = z.string().transform((text, context) => {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = '', value = ''] = PAIR.exec(pair) ?? [];
      const decoded = decode(value.trim());
      if (name === '' || decoded === undefined) {
        context.issues.push({
          code: 'custom',
          input: text,
          message: 'must be name=value pairs, separated by commas, with % written as %25',
        });
      }
      return [name, decoded ?? ''];
    }),
  );
});

/** The variables of OpenTelemetry that the service reads itself. */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl(),
  OTEL_EXPORTER_OTLP_HEADERS: headerPairs.optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('waverify'),
};

type Values = z.infer<z.ZodObject<typeof tracingVariables>>;

/** Where traces are sent; undefined if there are none. */
export function toTracing(env: Values) {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  const { OTEL_EXPORTER_OTLP_HEADERS: headers = {}, OTEL_SERVICE_NAME: serviceName } = env;
  return { endpoint, headers, serviceName };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
