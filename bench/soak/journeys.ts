import { setTimeout as pause } from 'node:timers/promises';
import type { PhoneNumbers } from '../support/phone-numbers.ts';
import type { SoakClient } from './client.ts';
import type { CodeBook } from './code-book.ts';

/**
 * The cooldown of the service during a soak, in seconds: longer than a send takes on a busy machine, and short enough for
 * a journey to wait for its end.
 */
export const COOLDOWN_SECONDS = 5;
const COOLDOWN_MS = COOLDOWN_SECONDS * 1000 + 200;

const MOST_ATTEMPTS = 3;

type Tools = {
  readonly client: SoakClient;
  readonly codes: CodeBook;
  readonly phoneNumbers: PhoneNumbers;
  /** Phones of the lab that no journey uses now. */
  readonly phones: string[];
};

type Journey = (tools: Tools, phoneNumber: string) => Promise<void>;

/** How many of a hundred users do what. The others verify at once. */
const MIX: readonly (readonly [share: number, journey: Journey])[] = [
  [20, useWhatsApp],
  [10, correctWrongCode],
  [4, useUpAttempts],
  [8, resend],
  [4, cancel],
  [4, repeatRequest],
  [5, abandon],
];

/** One user, from the request for a code to the end. */
export async function travel(tools: Tools): Promise<void> {
  const [phoneNumber = ''] = tools.phoneNumbers.draw(1);
  let chance = Math.random() * 100;
  const [, journey] = MIX.find(([share]) => {
    chance -= share;
    return chance < 0;
  }) ?? [0, verifyAtOnce];
  await journey(tools, phoneNumber);
}

async function verifyAtOnce(tools: Tools, phoneNumber: string): Promise<void> {
  if (await send(tools, phoneNumber))
    await verify(tools, phoneNumber, await codeOf(tools, phoneNumber));
}

/** By WhatsApp, with a phone that no one else uses meanwhile; by the gateway if there is none. */
async function useWhatsApp(tools: Tools, phoneNumber: string): Promise<void> {
  const phone = tools.phones.shift();
  if (phone === undefined) return verifyAtOnce(tools, phoneNumber);
  try {
    if (!(await send(tools, phone, { channel: 'whatsapp' }))) return;
    await verify(tools, phone, await codeOf(tools, phone));
  } finally {
    tools.phones.push(phone);
  }
}

async function correctWrongCode(tools: Tools, phoneNumber: string): Promise<void> {
  if (!(await send(tools, phoneNumber))) return;
  const code = await codeOf(tools, phoneNumber);
  await verify(tools, phoneNumber, toWrong(code), 'otp_invalid');
  await verify(tools, phoneNumber, code);
}

async function useUpAttempts(tools: Tools, phoneNumber: string): Promise<void> {
  if (!(await send(tools, phoneNumber))) return;
  const code = await codeOf(tools, phoneNumber);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    await verify(tools, phoneNumber, toWrong(code), 'otp_invalid');
  }
  await verify(tools, phoneNumber, code, 'otp_invalid');
}

async function resend(tools: Tools, phoneNumber: string): Promise<void> {
  if (!(await send(tools, phoneNumber))) return;
  const again = { kind: 'send', path: '/api/otp/resend', body: { phoneNumber } } as const;
  await tools.client.call({ ...again, kind: 'other', expected: 'resend_too_soon' });
  await codeOf(tools, phoneNumber);
  await pause(COOLDOWN_MS);
  if (!(await tools.client.call(again))) return;
  await verify(tools, phoneNumber, await codeOf(tools, phoneNumber));
}

async function cancel(tools: Tools, phoneNumber: string): Promise<void> {
  if (!(await send(tools, phoneNumber))) return;
  const code = await codeOf(tools, phoneNumber);
  await tools.client.call({ kind: 'other', path: '/api/otp/expire', body: { phoneNumber } });
  await verify(tools, phoneNumber, code, 'otp_invalid');
}

/** The same request with the same `Idempotency-Key` is answered again. */
async function repeatRequest(tools: Tools, phoneNumber: string): Promise<void> {
  const headers = { 'idempotency-key': `soak-${phoneNumber}` };
  const call = { kind: 'send', path: '/api/otp/send', body: { phoneNumber }, headers } as const;
  if (!(await tools.client.call(call))) return;
  await tools.client.call({ ...call, kind: 'other' });
  await verify(tools, phoneNumber, await codeOf(tools, phoneNumber));
}

/** The code expires, or the soak ends before. */
async function abandon(tools: Tools, phoneNumber: string): Promise<void> {
  if (!(await send(tools, phoneNumber))) return;
  await codeOf(tools, phoneNumber);
  const path = `/api/otp/status/${encodeURIComponent(phoneNumber)}`;
  await tools.client.call({ kind: 'other', method: 'GET', path });
}

function send({ client }: Tools, phoneNumber: string, fields: object = {}): Promise<boolean> {
  const body = { phoneNumber, ...fields };
  return client.call({ kind: 'send', path: '/api/otp/send', body });
}

async function verify({ client }: Tools, phoneNumber: string, otp: string, expected?: string) {
  const body = { phoneNumber, otp };
  await client.call({
    ...{ kind: 'verify', path: '/api/otp/verify', body },
    ...(expected !== undefined && { expected }),
  });
}

function codeOf({ codes }: Tools, phoneNumber: string): Promise<string> {
  return codes.take(phoneNumber);
}

function toWrong(code: string): string {
  return code.slice(0, -1) + String((Number(code.at(-1)) + 1) % 10);
}
