import { expect, it } from 'vitest';
import { createLogger } from '../../src/lib/logger.ts';

function logged(fields: object): Record<string, unknown> {
  const lines: string[] = [];
  createLogger('info', { write: (line: string) => void lines.push(line) }).info(
    fields,
    'something',
  );
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

it('leaves out what could hold a secret, and the digits of a code', () => {
  const fields = { otp: '123456', code: '1234567890', text: 'words', password: 'words' };
  const { level: _, time: __, ...line } = logged({ ...fields, message: { ...fields, id: 1 } });
  expect(line).toEqual({ message: { id: 1 }, msg: 'something' });
});

it('keeps the code of an error, nested or not', () => {
  const err = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const line = logged({ code: 'otp_invalid', err, cause: { code: '23505' } });
  expect(line).toMatchObject({
    code: 'otp_invalid',
    err: { code: 'ECONNREFUSED' },
    cause: { code: '23505' },
  });
});
