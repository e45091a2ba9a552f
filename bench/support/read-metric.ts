import { request } from 'undici';

type MeteredServer = {
  readonly server: { readonly origin: string };
  readonly headers: Readonly<Record<string, string>>;
};

/** Reads a metric, named with its labels as in /metrics. Returns 0 if it has not been counted yet. */
export async function readMetric(
  { server, headers }: MeteredServer,
  name: string,
): Promise<number> {
  const { statusCode, body } = await request(`${server.origin}/metrics`, { headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`GET /metrics answered ${statusCode}`);
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length));
}
