import { request } from 'undici';

type MeteredServer = {
  readonly server: { readonly origin: string };
  readonly headers: Readonly<Record<string, string>>;
};

/** Reads all metrics, named with their labels as in /metrics. */
export async function readMetrics({
  server,
  headers,
}: MeteredServer): Promise<ReadonlyMap<string, number>> {
  const { statusCode, body } = await request(`${server.origin}/metrics`, { headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`GET /metrics answered ${statusCode}`);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => splitLine(line)));
}

function splitLine(line: string): [name: string, value: number] {
  const at = line.lastIndexOf(' ');
  return [line.slice(0, at), Number(line.slice(at))];
}

/** Reads a metric, named with its labels as in /metrics. Returns 0 if it has not been counted yet. */
export async function readMetric(metered: MeteredServer, name: string): Promise<number> {
  return (await readMetrics(metered)).get(name) ?? 0;
}
