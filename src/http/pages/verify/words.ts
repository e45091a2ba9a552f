import { findLanguage, type Locale, toLocale } from '../../../domain/delivery/locale.ts';

/** The texts of hosted pages in one language. */
const en = {
  title: 'Verify your phone number',
  titleFor: 'Verify your phone number for {company}',
  phone: 'Phone number',
  phoneHint: 'Include the country code, such as +62.',
  willSend: 'We will send a code to {phone}.',
  send: 'Send me a code',
  sent: 'We sent a code to {phone}.',
  code: 'Code',
  codeComplete: 'The code is complete.',
  verify: 'Verify',
  resend: 'Send a new code',
  resendIn: 'New code in {seconds} s',
  next: 'Try another way',
  change: 'Use another number',
  haveCode: 'Enter the code that we sent',
  write: 'Verify by sending us a WhatsApp message',
  writeLead: 'Send us the prefilled message. We reply with a code.',
  open: 'Open WhatsApp',
  qr: 'QR code that opens WhatsApp with the message',
  scan: 'Is WhatsApp on your phone? Scan this with its camera.',
  message: 'Show the message',
  replied: 'Then enter the code that we send back.',
  back: 'Use a code by message instead',
  done: 'Your number is verified',
  close: 'You can close this window.',
  continue: 'Continue',
  ended: 'This link no longer works',
  endedLead: 'It has expired or was used. Go back to where you came from and start again.',
  elsewhere: 'This link is open in another browser',
  elsewhereLead: 'Continue there, or go back to where you came from and start again.',
  again: 'The code is no longer valid. Request a new one.',
  'error.otp_invalid': 'Wrong code. Attempts left: {left}.',
  'error.otp_used_up': 'Wrong code, and no attempts are left. Request a new code.',
  'error.validation_failed': 'Check what you entered.',
  'error.invalid_phone': 'This is not a mobile number.',
  'error.region_not_allowed': 'Numbers from this country are not accepted.',
  'error.resend_too_soon': 'Wait {wait} s before you request another code.',
  'error.rate_limited': 'Too many requests. Try again later.',
  'error.otp_locked': 'Too many wrong codes. Try again later.',
  'error.recipient_unreachable': 'This number cannot be reached. Check it, or use another one.',
  'error.no_next_step': 'There is no other way to send this code. Request a new one.',
  'error.not_sent': 'The message could not be sent. Try again in a moment.',
  'error.other': 'Something went wrong. Try again in a moment.',
} as const;

export type PageWord = keyof typeof en;
type Words = Readonly<Record<PageWord, string>>;

const id: Words = {
  title: 'Verifikasi nomor telepon Anda',
  titleFor: 'Verifikasi nomor telepon Anda untuk {company}',
  phone: 'Nomor telepon',
  phoneHint: 'Sertakan kode negara, misalnya +62.',
  willSend: 'Kami akan mengirim kode ke {phone}.',
  send: 'Kirim kode',
  sent: 'Kami telah mengirim kode ke {phone}.',
  code: 'Kode',
  codeComplete: 'Kode sudah lengkap.',
  verify: 'Verifikasi',
  resend: 'Kirim kode baru',
  resendIn: 'Kode baru dalam {seconds} dtk',
  next: 'Coba cara lain',
  change: 'Gunakan nomor lain',
  haveCode: 'Masukkan kode yang sudah kami kirim',
  write: 'Verifikasi dengan mengirim pesan WhatsApp kepada kami',
  writeLead: 'Kirim pesan yang sudah disiapkan. Kami membalas dengan kode.',
  open: 'Buka WhatsApp',
  qr: 'Kode QR yang membuka WhatsApp dengan pesan itu',
  scan: 'WhatsApp ada di ponsel Anda? Pindai ini dengan kameranya.',
  message: 'Tampilkan pesan',
  replied: 'Lalu masukkan kode yang kami kirim kembali.',
  back: 'Gunakan kode lewat pesan',
  done: 'Nomor Anda sudah terverifikasi',
  close: 'Anda dapat menutup jendela ini.',
  continue: 'Lanjutkan',
  ended: 'Tautan ini tidak berlaku lagi',
  endedLead: 'Tautan sudah kedaluwarsa atau sudah dipakai. Kembali ke halaman asal dan mulai lagi.',
  elsewhere: 'Tautan ini terbuka di peramban lain',
  elsewhereLead: 'Lanjutkan di sana, atau kembali ke halaman asal dan mulai lagi.',
  again: 'Kode tidak berlaku lagi. Minta kode baru.',
  'error.otp_invalid': 'Kode salah. Sisa percobaan: {left}.',
  'error.otp_used_up': 'Kode salah, dan tidak ada sisa percobaan. Minta kode baru.',
  'error.validation_failed': 'Periksa isian Anda.',
  'error.invalid_phone': 'Ini bukan nomor ponsel.',
  'error.region_not_allowed': 'Nomor dari negara ini tidak diterima.',
  'error.resend_too_soon': 'Tunggu {wait} dtk sebelum meminta kode lagi.',
  'error.rate_limited': 'Terlalu banyak permintaan. Coba lagi nanti.',
  'error.otp_locked': 'Terlalu banyak kode salah. Coba lagi nanti.',
  'error.recipient_unreachable':
    'Nomor ini tidak dapat dihubungi. Periksa, atau gunakan nomor lain.',
  'error.no_next_step': 'Tidak ada cara lain untuk mengirim kode ini. Minta kode baru.',
  'error.not_sent': 'Pesan tidak dapat dikirim. Coba lagi sebentar lagi.',
  'error.other': 'Terjadi kesalahan. Coba lagi sebentar lagi.',
};

const ar: Words = {
  title: 'تأكيد رقم هاتفك',
  titleFor: 'تأكيد رقم هاتفك لدى {company}',
  phone: 'رقم الهاتف',
  phoneHint: 'أضف رمز الدولة، مثل \u2066+966\u2069.',
  willSend: 'سنرسل رمزًا إلى {phone}.',
  send: 'أرسلوا لي رمزًا',
  sent: 'أرسلنا رمزًا إلى {phone}.',
  code: 'الرمز',
  codeComplete: 'الرمز مكتمل.',
  verify: 'تأكيد',
  resend: 'إرسال رمز جديد',
  resendIn: 'رمز جديد بعد {seconds} ث',
  next: 'تجربة طريقة أخرى',
  change: 'استخدام رقم آخر',
  haveCode: 'إدخال الرمز الذي أرسلناه',
  write: 'التأكيد بإرسال رسالة واتساب إلينا',
  writeLead: 'أرسل إلينا الرسالة الجاهزة، وسنرد برمز.',
  open: 'فتح واتساب',
  qr: 'رمز QR يفتح واتساب مع الرسالة',
  scan: 'هل واتساب على هاتفك؟ امسح هذا بكاميرا الهاتف.',
  message: 'عرض الرسالة',
  replied: 'ثم أدخل الرمز الذي نرسله إليك ردًا.',
  back: 'استخدام رمز برسالة بدلًا من ذلك',
  done: 'تم تأكيد رقمك',
  close: 'يمكنك إغلاق هذه النافذة.',
  continue: 'متابعة',
  ended: 'لم يعد هذا الرابط صالحًا',
  endedLead: 'انتهت صلاحيته أو تم استخدامه. عد إلى الصفحة التي أتيت منها وابدأ من جديد.',
  elsewhere: 'هذا الرابط مفتوح في متصفح آخر',
  elsewhereLead: 'تابع هناك، أو عد إلى الصفحة التي أتيت منها وابدأ من جديد.',
  again: 'لم يعد الرمز صالحًا. اطلب رمزًا جديدًا.',
  'error.otp_invalid': 'الرمز غير صحيح. المحاولات المتبقية: {left}.',
  'error.otp_used_up': 'الرمز غير صحيح، ولم تبق محاولات. اطلب رمزًا جديدًا.',
  'error.validation_failed': 'تحقق مما أدخلته.',
  'error.invalid_phone': 'هذا ليس رقم هاتف محمول.',
  'error.region_not_allowed': 'أرقام هذه الدولة غير مقبولة.',
  'error.resend_too_soon': 'انتظر {wait} ث قبل طلب رمز آخر.',
  'error.rate_limited': 'طلبات كثيرة جدًا. حاول لاحقًا.',
  'error.otp_locked': 'رموز خاطئة كثيرة جدًا. حاول لاحقًا.',
  'error.recipient_unreachable': 'لا يمكن الوصول إلى هذا الرقم. تحقق منه أو استخدم رقمًا آخر.',
  'error.no_next_step': 'لا توجد طريقة أخرى لإرسال هذا الرمز. اطلب رمزًا جديدًا.',
  'error.not_sent': 'تعذر إرسال الرسالة. حاول بعد قليل.',
  'error.other': 'حدث خطأ. حاول بعد قليل.',
};

const dictionaries = { en, id, ar } as const;
type PageLanguage = keyof typeof dictionaries;

export type Speech = {
  readonly lang: PageLanguage;
  readonly dir: 'ltr' | 'rtl';
  readonly t: (word: PageWord, values?: Readonly<Record<string, string | number>>) => string;
};

/** The language of the request that created the page; otherwise the first known one of the browser, or English. */
export function chooseSpeech(locale: Locale | undefined, acceptLanguage = ''): Speech {
  const wanted = locale === undefined ? acceptLanguage.split(',') : [locale];
  const [lang = 'en'] = wanted.flatMap((tag) => toLanguage(tag.split(';', 1)[0] ?? ''));
  const words: Words = dictionaries[lang];
  const dir = lang === 'ar' ? 'rtl' : 'ltr';
  const place = (value: string | number) =>
    dir === 'rtl' ? isolate(String(value)) : String(value);
  return {
    ...{ lang, dir },
    t: (word, values = {}) =>
      words[word].replaceAll(/\{(\w+)\}/g, (_, name: string) => place(values[name] ?? '')),
  };
}

/** Lays out a number from left to right, and a name in the direction of its first letter, within a text from right to left. */
function isolate(value: string): string {
  return `${/\p{L}/u.test(value) ? '\u2068' : '\u2066'}${value}\u2069`;
}

function toLanguage(tag: string): PageLanguage[] {
  const locale = toLocale(tag.trim());
  const language = locale === undefined ? undefined : findLanguage(locale);
  return language !== undefined && language in dictionaries ? [language as PageLanguage] : [];
}

/** Whether there is a text for this word. */
export function isPageWord(text: string): text is PageWord {
  return text in en;
}
