import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { isValidPhoneNumber } from 'libphonenumber-js/max';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, startLab } from '../support/whatsapp-lab/lab.ts';
import { createLabClient, silenceLibsignal } from './lab-client.ts';

let lab: Lab;

beforeEach(async () => {
  silenceLibsignal();
  lab = await startLab();
});
afterEach(() => lab.close());

it('deals numbers that are valid, and to nobody twice', () => {
  const taken = lab.addPhone().pn;
  lab.addPhone({ pn: String(Number(taken) + 1) });
  const phones = Array.from({ length: 20 }, () => lab.addPhone());
  expect(phones.every(({ number }) => isValidPhoneNumber(number))).toBe(true);
  expect(phones[0]?.number).toMatch(/^\+62812\d{8}$/);
  expect(new Set(lab.phones.flatMap(({ pn, lid }) => [pn, lid])).size).toBe(44);
});

it('finds people by number, with or without a plus, and by hidden id', () => {
  const phone = lab.addPhone({ pn: '+6281234567890', name: 'Siti' });
  expect(phone).toMatchObject({ pn: '6281234567890', number: '+6281234567890', name: 'Siti' });
  expect(lab.phone('+6281234567890')).toBe(phone);
  expect(lab.phone('6281234567890')).toBe(phone);
  expect(lab.phone(phone.lid)).toBe(phone);
  expect(() => lab.phone('6281')).toThrow(/nobody here/);
  expect(() => lab.addPhone({ pn: '6281234567890' })).toThrow(/already/);
  expect(() => lab.addPhone({ pn: '0812' })).toThrow(/not a phone number/);
});

it('leaves nothing open when it closes', async () => {
  const count = (resource: RegExp) =>
    process.getActiveResourcesInfo().filter((name) => resource.test(name)).length;
  const closing = await startLab();
  const client = createLabClient(closing.url);
  client.connect();
  await client.wait('qr');
  closing.faults = { latencyMs: 60_000 };
  const waiting = closing.addPhone().nextMessage(60_000);
  const scanning = closing.addPhone().scanQr(await client.wait('qr'));
  closing.faults = { ignoreUpgrade: true };
  const ignored = connect(Number(new URL(closing.url).port), '127.0.0.1');
  const hungUp = once(ignored, 'close');
  ignored.on('error', () => {});
  ignored.write('GET /ws/chat HTTP/1.1\r\nHost: lab\r\nConnection: upgrade\r\nUpgrade: ws\r\n\r\n');
  await pause(50);
  await closing.close();
  await expect(waiting).rejects.toThrow(/no message came/);
  await expect(scanning).rejects.toThrow(/hung up/);
  await hungUp;
  await client.close();
  await pause(100);
  expect(count(/^TCP(?!Server)/)).toBe(0);
  expect(count(/^TCPServer/)).toBe(1); // The lab of every test here.
  expect(count(/^Timeout/)).toBe(0);
});
