import { describe, expect, it } from 'vitest';
import {
  findOldWhatsAppUser,
  modernize,
  toOwnWhatsAppUser,
  toPhoneNumber,
} from '../../../src/domain/whatsapp/whatsapp-number.ts';

const PAIRS = [
  ['5215512345678', '+525512345678'],
  ['553191234567', '+5531991234567'],
  ['551187654321', '+5511987654321'],
  ['22997123456', '+2290197123456'],
  ['22507123456', '+2250707123456'],
  ['22545123456', '+2250545123456'],
  ['22501123456', '+2250101123456'],
] as const;

describe('the number behind a WhatsApp id', () => {
  it.each(PAIRS)('%s is %s, and back', (user, phoneNumber) => {
    expect(toPhoneNumber(user)).toBe(phoneNumber);
    expect(findOldWhatsAppUser(phoneNumber)).toBe(user);
    expect(toPhoneNumber(phoneNumber.slice(1))).toBe(phoneNumber);
  });

  it.each([
    ['6281234567890', '+6281234567890'],
    // A fixed line of Brazil, which has no ninth digit.
    ['553133334444', '+553133334444'],
    ['5491123456789', '+5491123456789'],
    ['15215512345', '+15215512345'],
  ])('%s is %s as it stands', (user, phoneNumber) => {
    expect(toPhoneNumber(user)).toBe(phoneNumber);
    expect(findOldWhatsAppUser(phoneNumber)).toBeUndefined();
  });
});

describe('a number that its owner typed in', () => {
  it.each([
    ['+52 1 55 8888 7777', '+525588887777', '5215588887777'],
    ['+52 55 8888 7777', '+525588887777', '5215588887777'],
    ['+55 31 9123-4567', '+5531991234567', '553191234567'],
    ['+55 31 99123-4567', '+5531991234567', '5531991234567'],
    ['+62 812 3456 7890', '+6281234567890', '6281234567890'],
  ])('%s is asked for as WhatsApp spells it', (typed, phoneNumber, user) => {
    expect(modernize(typed).replace(/[ -]/g, '')).toBe(phoneNumber);
    expect(toOwnWhatsAppUser(typed, phoneNumber)).toBe(user);
  });
});
