import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpEffects } from '../support/database/table-dump.ts';
import { type Answer, API_KEY } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';

type Entry = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly rawBodyEncoding?: 'base64';
  /** `none`: the request shows no key but what its own headers hold. */
  readonly auth?: 'none';
  /** Stands for `{{fill}}`: a text and how often it is repeated. */
  readonly fill?: readonly [text: string, count: number];
  readonly expectStatus: number;
  /** Missing where Node itself answers, before our program sees the request. */
  readonly expectCode?: string;
};

type Request = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
};

const corpus = JSON.parse(
  readFileSync(new URL('./bad-inputs.json', import.meta.url), 'utf8'),
) as readonly Entry[];

/** Entries by what they are bad in: `phone`, `otp`, `json`, … */
const groups = new Map<string, Entry[]>();
for (const entry of corpus) {
  const group = entry.name.split('-', 1)[0] ?? entry.name;
  groups.set(group, [...(groups.get(group) ?? []), entry]);
}

const TABLES = [
  'otp_logs',
  'rate_limits',
  'deliveries',
  'idempotency_keys',
  'activity_logs',
  'sessions',
  'leases',
];
const LONGEST_ECHO = 64;
const LONGEST_ANSWER = 4096;

let h: Harness;
let before: string;

beforeAll(async () => {
  h = await createHarness({ env: { ALLOWED_REGIONS: 'ID' } });
  const sent = await h.client.post('/api/otp/send', { phoneNumber: '081234567890' });
  expect(sent.status).toBe(200);
  before = await dumpEffects(h, TABLES);
});
afterAll(() => h.close());

describe('bad input', () => {
  it.each([...groups])('is refused without an effect: %s', async (_, entries) => {
    const faults: string[] = [];
    for (const entry of entries) {
      for (const fault of await tryEntry(entry)) faults.push(`${entry.name}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  it('is named: a repeated query parameter', async () => {
    const { body } = await h.client.get('/api/otp/status/081234567890?sessionId=a&sessionId=a');
    expect(body.errors).toEqual([
      { path: 'sessionId', message: 'must not be repeated', code: 'repeated' },
    ]);
  });

  it('A38: leaves every row as it was, byte for byte, and sends nothing', async () => {
    expect(await dumpEffects(h, TABLES)).toBe(before);
    expect(h.gateway.messages).toHaveLength(1);
  });

  it('leaves the live code of the number it was about in force', async () => {
    const otp = h.gateway.codeFor('+6281234567890');
    const right = await h.client.post('/api/otp/verify', { phoneNumber: '081234567890', otp });
    expect(right.status).toBe(200);
  });
});

async function tryEntry(entry: Entry): Promise<string[]> {
  const request = toRequest(entry);
  const linesBefore = h.logLines.length;
  const answer = await h.client.call(request).catch((error: Error) => error);
  if (answer instanceof Error) return [`the connection broke: ${answer.message}`];
  const written = h.logLines.slice(linesBefore);
  return [
    ...judgeAnswer(entry, answer),
    ...judgeEcho(request, answer),
    ...judgeLog(entry, written),
  ];
}

function toRequest({ method, path, headers = {}, ...entry }: Entry): Request {
  const filler = entry.fill ? entry.fill[0].repeat(entry.fill[1]) : '{{fill}}';
  const fill = (text: string) => text.replace('{{fill}}', () => filler);
  const key = entry.auth === 'none' ? {} : { 'x-api-key': API_KEY };
  const filled = Object.entries({ ...key, ...headers }).map(([name, text]) => [name, fill(text)]);
  const text = entry.rawBody ?? (entry.body === undefined ? undefined : JSON.stringify(entry.body));
  return {
    method,
    path: fill(path),
    headers: Object.fromEntries(filled),
    ...(text !== undefined && { body: Buffer.from(fill(text), entry.rawBodyEncoding ?? 'utf8') }),
  };
}

function judgeAnswer({ expectStatus, expectCode }: Entry, answer: Answer): string[] {
  const faults: string[] = [];
  if (answer.status !== expectStatus) faults.push(`status ${answer.status}, not ${expectStatus}`);
  if (answer.raw.length > LONGEST_ANSWER) faults.push(`an answer of ${answer.raw.length} bytes`);
  if (expectCode === undefined) return faults;
  if (answer.body.code !== expectCode) faults.push(`code ${answer.body.code}, not ${expectCode}`);
  const type = answer.headers['content-type'];
  if (type !== 'application/problem+json; charset=utf-8') faults.push(`content type ${type}`);
  if (answer.body.success !== false) faults.push('no success: false');
  return faults;
}

/** No run of the input that is longer than a word may come back. */
function judgeEcho({ path, headers, body }: Request, { raw, body: read }: Answer): string[] {
  const input = [path, ...Object.values(headers), body?.toString() ?? ''].join('\n');
  const outputs = read.code === undefined ? [raw] : textsOf(read);
  for (const output of outputs) {
    for (let at = 0; at + LONGEST_ECHO < output.length; at += 1) {
      const run = output.slice(at, at + LONGEST_ECHO + 1);
      if (input.includes(run)) return [`repeats ${run}`];
    }
  }
  return [];
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value instanceof Object ? Object.values(value).flatMap(textsOf) : [];
}

function judgeLog({ expectCode }: Entry, written: readonly string[]): string[] {
  const expected = expectCode === undefined ? 0 : 1;
  const faults = written.length === expected ? [] : [`${written.length} log lines`];
  if (written.some((line) => /81234567890/.test(line))) faults.push('logs the number');
  if (written.some((line) => line.includes(API_KEY))) faults.push('logs the key');
  return faults;
}
