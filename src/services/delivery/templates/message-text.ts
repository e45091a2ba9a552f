import type { Locale } from '../../../domain/delivery/locale.ts';

type Facts = {
  readonly code: string;
  readonly ttlSeconds: number;
  readonly companyName: string | undefined;
  readonly locale: Locale;
};

const texts: Record<Locale, (code: string, validity: string, sender: string) => string> = {
  id: (code, validity, sender) =>
    `${code} adalah kode verifikasi${sender} Anda. Berlaku ${validity}. Jangan berikan kode ini kepada siapa pun.`,
  en: (code, validity, sender) =>
    `${code} is your${sender} verification code. It is valid for ${validity}. Do not share it with anyone.`,
};

const units: Record<Locale, { minutes(n: number): string; seconds(n: number): string }> = {
  id: { minutes: (n) => `${n} menit`, seconds: (n) => `${n} detik` },
  en: {
    minutes: (n) => (n === 1 ? '1 minute' : `${n} minutes`),
    seconds: (n) => `${n} seconds`,
  },
};

/** Writes the message to a recipient, with the code and how long it is valid. */
export function writeMessage({ code, ttlSeconds, companyName, locale }: Facts): string {
  const { minutes, seconds } = units[locale];
  const validity = ttlSeconds % 60 === 0 ? minutes(ttlSeconds / 60) : seconds(ttlSeconds);
  return texts[locale](code, validity, companyName ? ` ${companyName}` : '');
}
