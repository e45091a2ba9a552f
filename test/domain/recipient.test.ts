import { expect, it } from 'vitest';
import {
  findRecipient,
  maskRecipient,
  recipientKindOf,
  sendGroupOf,
} from '../../src/domain/recipient.ts';
import { conversionSubjects } from '../../src/domain/verification/send-conversion.ts';

it.each([
  ['+6281234567890', 'phone'],
  ['ann@example.com', 'email'],
  ['+ann@example.com', 'email'],
  ['+62812****7890', 'phone'],
  ['a•••@example.com', 'email'],
])('%s is a recipient of the kind %s', (recipient, kind) => {
  expect(recipientKindOf(recipient)).toBe(kind);
});

it.each([
  ['+6281234567890', '+6281234567890'],
  ['+6281234567890|login', '+6281234567890'],
  ['+62812345', '+62812345'],
  ['ann@example.com', 'ann@example.com'],
  ['ann@example.com|login', 'ann@example.com'],
  ['a|b@example.com|login', 'a|b@example.com'],
  ['+ann|b@example.com', '+ann|b@example.com'],
])('the subject %s of a limit names %s', (subject, recipient) => {
  expect(findRecipient(subject)).toBe(recipient);
});

it.each(['', 'ID', '203.0.113.7', '2001:db8::', 'key:abc', 'bootstrap', 'mailbox:ann@example.com'])(
  'the subject %j of a limit names no recipient',
  (subject) => {
    expect(findRecipient(subject)).toBeUndefined();
  },
);

it('recipients are similar by their first digits, or by their mailbox', () => {
  expect(sendGroupOf('+6281234567890')).toBe('+62812345');
  expect(sendGroupOf('ann+a@example.com')).toBe(sendGroupOf('ann+b@example.com'));
  expect(sendGroupOf('ann@example.com')).toBe(sendGroupOf('ann+b@example.com'));
  expect(sendGroupOf('ann@example.com')).not.toBe(sendGroupOf('ben@example.com'));
});

it('recipients are masked by their kind', () => {
  expect(maskRecipient('+6281234567890')).toBe('+62812****7890');
  expect(maskRecipient('ann@example.com')).toBe('a•••@example.com');
});

it('the share of verified sends is counted by the prefix and region of numbers only', () => {
  const send = { accountId: 'shop', sentBy: 'key:abc' };
  const kindsOf = (phoneNumber: string, region: string) =>
    conversionSubjects({ ...send, phoneNumber, region }).map(({ kind }) => kind);
  expect(kindsOf('+6281234567890', 'ID')).toEqual(['key', 'prefix', 'region']);
  expect(kindsOf('ann@example.com', '')).toEqual(['key']);
});
