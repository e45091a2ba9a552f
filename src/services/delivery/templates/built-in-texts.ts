import type { Language } from '../../../domain/delivery/locale.ts';

/** A number of units, by the plural category of `Intl.PluralRules`. */
export type Amounts = { readonly other: string } & Partial<
  Readonly<Record<Intl.LDMLPluralRule, string>>
>;

/** The message in one language. `{n}` is a number. */
export type BuiltInText = {
  /** Begins with `{code}`. `{sender}` is empty if the request names no company. */
  readonly text: string;
  readonly sender: string;
  readonly minutes: Amounts;
  readonly seconds: Amounts;
};

/** The messages, with or without a company, for any duration. Each one fits the style of the English one. */
export const builtInTexts: Readonly<Record<Language, BuiltInText>> = {
  ar: {
    text: '{code} هو رمز التحقق الخاص بك{sender}. صالح لمدة {validity}. لا تشاركه مع أي شخص.',
    sender: ' من {company}',
    minutes: {
      one: 'دقيقة واحدة',
      two: 'دقيقتين',
      few: '{n} دقائق',
      many: '{n} دقيقة',
      other: '{n} دقيقة',
    },
    seconds: {
      one: 'ثانية واحدة',
      two: 'ثانيتين',
      few: '{n} ثوانٍ',
      many: '{n} ثانية',
      other: '{n} ثانية',
    },
  },
  bn: {
    text: '{code} হলো আপনার{sender} যাচাইকরণ কোড। এটি {validity} পর্যন্ত বৈধ। এটি কারও সাথে শেয়ার করবেন না।',
    sender: ' {company}',
    minutes: { other: '{n} মিনিট' },
    seconds: { other: '{n} সেকেন্ড' },
  },
  de: {
    text: '{code} ist Ihr Bestätigungscode{sender}. Er ist {validity} gültig. Geben Sie ihn an niemanden weiter.',
    sender: ' für {company}',
    minutes: { one: '1 Minute', other: '{n} Minuten' },
    seconds: { one: '1 Sekunde', other: '{n} Sekunden' },
  },
  en: {
    text: '{code} is your{sender} verification code. It is valid for {validity}. Do not share it with anyone.',
    sender: ' {company}',
    minutes: { one: '1 minute', other: '{n} minutes' },
    seconds: { one: '1 second', other: '{n} seconds' },
  },
  es: {
    text: '{code} es tu código de verificación{sender}. Es válido durante {validity}. No lo compartas con nadie.',
    sender: ' de {company}',
    minutes: { one: '1 minuto', other: '{n} minutos' },
    seconds: { one: '1 segundo', other: '{n} segundos' },
  },
  fa: {
    text: '{code} کد تأیید{sender} شما است. این کد به مدت {validity} معتبر است. آن را در اختیار کسی قرار ندهید.',
    sender: ' {company}',
    minutes: { other: '{n} دقیقه' },
    seconds: { other: '{n} ثانیه' },
  },
  fil: {
    text: '{code} ang iyong{sender} verification code. Magagamit ito sa loob ng {validity}. Huwag itong ibahagi kaninuman.',
    sender: ' {company}',
    minutes: { other: '{n} minuto' },
    seconds: { other: '{n} segundo' },
  },
  fr: {
    text: '{code} est votre code de vérification{sender}. Il est valable {validity}. Ne le communiquez à personne.',
    sender: ' {company}',
    minutes: { one: '1 minute', other: '{n} minutes' },
    seconds: { one: '1 seconde', other: '{n} secondes' },
  },
  he: {
    text: '{code} הוא קוד האימות שלך{sender}. הקוד בתוקף למשך {validity}. אין לשתף אותו עם אף אחד.',
    sender: ' עבור {company}',
    minutes: { one: 'דקה אחת', other: '{n} דקות' },
    seconds: { one: 'שנייה אחת', other: '{n} שניות' },
  },
  hi: {
    text: '{code} आपका{sender} सत्यापन कोड है। यह {validity} तक मान्य है। इसे किसी के साथ साझा न करें।',
    sender: ' {company}',
    minutes: { other: '{n} मिनट' },
    seconds: { other: '{n} सेकंड' },
  },
  id: {
    text: '{code} adalah kode verifikasi{sender} Anda. Berlaku {validity}. Jangan berikan kode ini kepada siapa pun.',
    sender: ' {company}',
    minutes: { other: '{n} menit' },
    seconds: { other: '{n} detik' },
  },
  it: {
    text: '{code} è il tuo codice di verifica{sender}. Valido per {validity}. Non condividerlo con nessuno.',
    sender: ' {company}',
    minutes: { one: '1 minuto', other: '{n} minuti' },
    seconds: { one: '1 secondo', other: '{n} secondi' },
  },
  ja: {
    text: '{code} は{sender}認証コードです。有効期間は {validity}です。他の人に教えないでください。',
    sender: ' {company} の',
    minutes: { other: '{n} 分' },
    seconds: { other: '{n} 秒' },
  },
  ko: {
    text: '{code} —{sender} 인증번호입니다. {validity} 동안 유효합니다. 다른 사람에게 알려 주지 마세요.',
    sender: ' {company}',
    minutes: { other: '{n}분' },
    seconds: { other: '{n}초' },
  },
  mr: {
    text: '{code} हा तुमचा{sender} पडताळणी कोड आहे. तो {validity} वैध आहे. तो कोणालाही सांगू नका.',
    sender: ' {company}',
    minutes: { one: '1 मिनिट', other: '{n} मिनिटे' },
    seconds: { other: '{n} सेकंद' },
  },
  ms: {
    text: '{code} ialah kod pengesahan{sender} anda. Sah selama {validity}. Jangan kongsi kod ini dengan sesiapa.',
    sender: ' {company}',
    minutes: { other: '{n} minit' },
    seconds: { other: '{n} saat' },
  },
  nl: {
    text: '{code} is je verificatiecode{sender}. De code is {validity} geldig. Deel de code met niemand.',
    sender: ' van {company}',
    minutes: { one: '1 minuut', other: '{n} minuten' },
    seconds: { one: '1 seconde', other: '{n} seconden' },
  },
  pl: {
    text: '{code} to Twój kod weryfikacyjny{sender}. Jest ważny przez {validity}. Nie udostępniaj go nikomu.',
    sender: ' {company}',
    minutes: { one: '1 minutę', few: '{n} minuty', many: '{n} minut', other: '{n} minuty' },
    seconds: { one: '1 sekundę', few: '{n} sekundy', many: '{n} sekund', other: '{n} sekundy' },
  },
  pt: {
    text: '{code} é o seu código de verificação{sender}. Válido por {validity}. Não o compartilhe com ninguém.',
    sender: ' {company}',
    minutes: { one: '1 minuto', other: '{n} minutos' },
    seconds: { one: '1 segundo', other: '{n} segundos' },
  },
  'pt-PT': {
    text: '{code} é o seu código de verificação{sender}. Válido durante {validity}. Não o partilhe com ninguém.',
    sender: ' {company}',
    minutes: { one: '1 minuto', other: '{n} minutos' },
    seconds: { one: '1 segundo', other: '{n} segundos' },
  },
  ro: {
    text: '{code} este codul dvs. de verificare{sender}. Este valabil {validity}. Nu îl comunicați nimănui.',
    sender: ' pentru {company}',
    minutes: { one: '1 minut', few: '{n} minute', other: '{n} de minute' },
    seconds: { one: '1 secundă', few: '{n} secunde', other: '{n} de secunde' },
  },
  ru: {
    text: '{code} — ваш код подтверждения{sender}. Он действует {validity}. Никому его не сообщайте.',
    sender: ' для {company}',
    minutes: { one: '{n} минуту', few: '{n} минуты', many: '{n} минут', other: '{n} минуты' },
    seconds: { one: '{n} секунду', few: '{n} секунды', many: '{n} секунд', other: '{n} секунды' },
  },
  sw: {
    text: '{code} ni msimbo wako wa uthibitishaji{sender}. Unatumika kwa {validity}. Usimpe mtu yeyote msimbo huu.',
    sender: ' wa {company}',
    minutes: { one: 'dakika 1', other: 'dakika {n}' },
    seconds: { one: 'sekunde 1', other: 'sekunde {n}' },
  },
  ta: {
    text: '{code} என்பது உங்கள்{sender} சரிபார்ப்புக் குறியீடு. இது {validity} வரை செல்லுபடியாகும். இதை யாருடனும் பகிர வேண்டாம்.',
    sender: ' {company}',
    minutes: { one: '1 நிமிடம்', other: '{n} நிமிடங்கள்' },
    seconds: { one: '1 வினாடி', other: '{n} வினாடிகள்' },
  },
  te: {
    text: '{code} మీ{sender} ధృవీకరణ కోడ్. ఇది {validity} వరకు చెల్లుతుంది. దీన్ని ఎవరితోనూ పంచుకోకండి.',
    sender: ' {company}',
    minutes: { one: '1 నిమిషం', other: '{n} నిమిషాల' },
    seconds: { one: '1 సెకను', other: '{n} సెకన్ల' },
  },
  th: {
    text: '{code} คือรหัสยืนยัน{sender}ของคุณ ใช้ได้ภายใน {validity} โปรดอย่าบอกรหัสนี้กับผู้อื่น',
    sender: ' {company} ',
    minutes: { other: '{n} นาที' },
    seconds: { other: '{n} วินาที' },
  },
  tr: {
    text: '{code}{sender} doğrulama kodunuzdur. {validity} geçerlidir. Kimseyle paylaşmayın.',
    // The comma keeps a company that begins with a digit apart from the code.
    sender: ', {company}',
    minutes: { other: '{n} dakika' },
    seconds: { other: '{n} saniye' },
  },
  uk: {
    text: '{code} — ваш код підтвердження{sender}. Він дійсний {validity}. Нікому його не повідомляйте.',
    sender: ' для {company}',
    minutes: { one: '{n} хвилину', few: '{n} хвилини', many: '{n} хвилин', other: '{n} хвилини' },
    seconds: { one: '{n} секунду', few: '{n} секунди', many: '{n} секунд', other: '{n} секунди' },
  },
  ur: {
    text: '{code} آپ کا{sender} تصدیقی کوڈ ہے۔ یہ {validity} تک کارآمد ہے۔ اسے کسی کے ساتھ شیئر نہ کریں۔',
    sender: ' {company}',
    minutes: { other: '{n} منٹ' },
    seconds: { other: '{n} سیکنڈ' },
  },
  vi: {
    text: '{code} là mã xác minh{sender} của bạn. Mã có hiệu lực trong {validity}. Không chia sẻ mã này với bất kỳ ai.',
    sender: ' {company}',
    minutes: { other: '{n} phút' },
    seconds: { other: '{n} giây' },
  },
  'zh-Hans': {
    text: '{code} 是您的{sender}验证码，{validity}内有效。请勿告诉任何人。',
    sender: ' {company} ',
    minutes: { other: '{n} 分钟' },
    seconds: { other: '{n} 秒' },
  },
  'zh-Hant': {
    text: '{code} 是您的{sender}驗證碼，{validity}內有效。請勿告訴任何人。',
    sender: ' {company} ',
    minutes: { other: '{n} 分鐘' },
    seconds: { other: '{n} 秒' },
  },
};
