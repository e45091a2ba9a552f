import { expect } from 'vitest';
import type { Answer } from '../../support/http/client.ts';
import type { Person } from './people.ts';

/** All but `console`, which shows codes to the operator. */
const CHANNELS = [
  ...['whatsapp', 'whatsapp_cloud', 'telegram', 'http'],
  ...['twilio', 'vonage', 'android', 'email'],
];

type Headers = Readonly<Record<string, string>>;

/** How a flow calls a node, which keeps every answer. */
export type Calls = {
  readonly post: (action: string, fields: object, headers?: Headers) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
  /** Whether the node sends the same code again for a resend. */
  readonly resendsSame: boolean;
};

export type Flow = {
  readonly person: Person;
  /** The steps, in order. */
  readonly channels: readonly string[];
  readonly calls: Calls;
};

/** Three channels for a flow: each comes first as often as the others, and before each of the others. */
export function channelsOf(index: number): string[] {
  const count = CHANNELS.length;
  const first = (index + Math.floor(index / count)) % count;
  const distance = 1 + (Math.floor(index / count ** 2) % (count - 2));
  return [first, first + distance, first + distance + 1].map((at) => CHANNELS[at % count] ?? '');
}

/** The fields of a send by the steps of the flow. */
export function requestOf(
  { person, channels }: Pick<Flow, 'person' | 'channels'>,
  waitSeconds = 20,
) {
  const workflow = channels.map((channel) => ({ channel, waitSeconds }));
  return { phoneNumber: person.number, email: person.email, workflow };
}

/** The message is not said to be delivered. */
function staySilent({ person: { phone } }: Flow): void {
  if (phone) phone.behaviour.deliver = false;
}

async function send(flow: Flow, waitSeconds?: number, headers?: Headers): Promise<Answer> {
  const answer = await flow.calls.post('send', requestOf(flow, waitSeconds), headers);
  expect([200, 202], answer.raw).toContain(answer.status);
  return answer;
}

/** Uses the code of the newest message. */
export async function useCode({ person, calls }: Omit<Flow, 'channels'>): Promise<void> {
  const phoneNumber = person.number;
  const otp = person.messages.at(-1)?.code;
  const answer = await calls.post('verify', { phoneNumber, otp });
  expect(answer.status, answer.raw).toBe(200);
}

const wrongFor = (otp: string) => otp.replace(/./g, (digit) => String(9 - Number(digit)));

/** What people and their applications do, from the send to the end of the code. */
export const JOURNEYS: Readonly<Record<string, (flow: Flow) => Promise<void>>> = {
  async 'every call, and each repeated'(flow) {
    const { person, calls } = flow;
    const phoneNumber = person.number;
    const key = { 'idempotency-key': `flow-${phoneNumber}` };
    const sent = await send(flow, undefined, key);
    const { code: otp } = await person.read(0);
    expect((await send(flow, undefined, key)).raw).toBe(sent.raw);
    await calls.post('verify', { phoneNumber, otp: wrongFor(otp) });
    await calls.post('verify', { phoneNumber, otp, purpose: 'other' });
    await calls.post('verify', { phoneNumber, otp, extra: otp });
    await calls.post('verify', { phoneNumber: otp, otp });
    await useCode(flow);
    expect((await calls.post('verify', { phoneNumber, otp })).status).toBe(400);
    await calls.get(`/api/otp/status/${encodeURIComponent(phoneNumber)}`);
    await calls.get(`/api/otp/${sent.body.data?.['verificationId']}/timeline`);
  },

  async 'the first step fails'(flow) {
    const { person, channels } = flow;
    person.handling.set(channels[0] ?? '', { answer: 'fail' });
    await send(flow);
    expect((await person.read(0)).channel).toBe(channels[1]);
    await useCode(flow);
  },

  async 'the first step is silent, and the next one follows'({ channels, ...flow }) {
    // Email reports no delivery: no step follows it.
    const [first = '', ...others] = channels;
    const steps = first === 'email' ? [...others, first] : channels;
    staySilent({ ...flow, channels });
    await send({ ...flow, channels: steps }, 5);
    const [one, other] = [await flow.person.read(0), await flow.person.read(1)];
    expect([one.channel, other.channel]).toEqual(steps.slice(0, 2));
    expect(other.code).toBe(one.code);
    await useCode(flow);
  },

  async 'the person asks for another way'(flow) {
    const { person, channels, calls } = flow;
    staySilent(flow);
    const { body } = await send(flow);
    const verificationId = body.data?.['verificationId'];
    expect((await calls.post('next', { verificationId })).status).toBe(200);
    const [one, other] = [await person.read(0), await person.read(1)];
    expect([one.channel, other.channel]).toEqual(channels.slice(0, 2));
    expect(other.code).toBe(one.code);
    await useCode(flow);
  },

  async 'the person asks for the code again'(flow) {
    const { person, calls } = flow;
    await send(flow);
    const one = await person.read(0);
    expect((await calls.post('resend', requestOf(flow))).status).toBe(200);
    const other = await person.read(1);
    expect(other.code === one.code).toBe(calls.resendsSame);
    await useCode(flow);
  },

  async 'the application does not wait for the channel'(flow) {
    expect((await send(flow, undefined, { prefer: 'respond-async' })).status).toBe(202);
    await flow.person.read(0);
    await useCode(flow);
  },

  async 'the code is replaced, or ended, or forgotten'(flow) {
    const { person, calls } = flow;
    await send(flow);
    await person.read(0);
    const phoneNumber = person.number;
    if (person.number.endsWith('3')) return;
    await send(flow);
    await person.read(1);
    expect((await calls.post('expire', { phoneNumber })).body.data).toMatchObject({ expired: 1 });
  },

  async 'all attempts are used'(flow) {
    const { person, calls } = flow;
    await send(flow);
    const { code } = await person.read(0);
    const attempt = { phoneNumber: person.number, otp: wrongFor(code) };
    for (let i = 0; i < 3; i += 1) await calls.post('verify', attempt);
    expect((await calls.post('resend', requestOf(flow))).status).toBe(200);
    const other = await person.read(1);
    // The code without attempts is not sent again.
    expect(other.code).not.toBe(code);
  },
};

export const FAILING_FIRST = 'the first step fails';
