import { expect, it } from 'vitest';
import { createInboundGate } from '../../../../src/channels/whatsapp/inbound/inbound-gate.ts';

function createSubject(markKnown: () => Promise<void> = async () => {}) {
  const lines: string[] = [];
  let marked = 0;
  const gate = createInboundGate({
    markKnown: () => {
      marked += 1;
      return markKnown();
    },
    record: ({ phoneNumber }) => lines.push(phoneNumber),
  });
  const write = (phoneNumber: string) =>
    gate.take({ phoneNumber, whatsAppId: `${phoneNumber.slice(1)}@s.whatsapp.net` }, 'id');
  return { gate, lines, write, marked: () => marked };
}

it('notes one of 2000 messages of a stranger (F20)', async () => {
  const { lines, write, marked } = createSubject();
  await Promise.all(Array.from({ length: 2000 }, () => write('+6281234567890')));
  expect(lines).toEqual(['+6281234567890']);
  expect(marked()).toBe(1);
});

it('has a bounded number of writes on their way, whoever writes', async () => {
  const { write, marked } = createSubject(() => new Promise(() => {}));
  for (let i = 0; i < 2000; i += 1) void write(`+62812${String(i).padStart(8, '0')}`);
  expect(marked()).toBe(100);
});

it('notes the next message of somebody who was forgotten, or could not be noted', async () => {
  const { gate, lines, write } = createSubject();
  await write('+6281234567890');
  gate.forget('+6281234567890');
  await write('+6281234567890');
  expect(lines).toHaveLength(2);
  const failing = createSubject(() => Promise.reject(new Error('away')));
  await expect(failing.write('+6281234567891')).rejects.toThrow('away');
  await expect(failing.write('+6281234567891')).rejects.toThrow('away');
  expect(failing.marked()).toBe(2);
});
