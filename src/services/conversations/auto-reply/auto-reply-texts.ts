import { type Language, localeOfRegion } from '../../../domain/delivery/locale.ts';

const FALLBACK = 'en';

/** For sessions that only send codes. */
const texts: { readonly [FALLBACK]: string } & Partial<Readonly<Record<Language, string>>> = {
  en: 'This is an automated reply. This number only sends verification codes, and messages to it are not read.',
  id: 'Ini adalah balasan otomatis. Nomor ini hanya mengirim kode verifikasi, dan pesan yang masuk tidak dibaca.',
};

/** The built-in answer in the language of a region (ISO 3166, or empty), or in English. */
export function writeAutoReply(region: string): string {
  return texts[localeOfRegion(region)] ?? texts[FALLBACK];
}
