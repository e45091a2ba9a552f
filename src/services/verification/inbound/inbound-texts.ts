import { isolateName } from '../../../domain/delivery/isolate-name.ts';
import {
  findLanguage,
  type Language,
  type Locale,
  localeOfRegion,
} from '../../../domain/delivery/locale.ts';
import { writeInboundToken } from '../../../domain/verification/inbound-token.ts';

const FALLBACK = 'en';

/**
 * What the person sends to us. It names the company and the purpose, and warns, because someone may be talked into
 * sending it for another person's browser.
 */
const texts: { readonly [FALLBACK]: string } & Partial<Readonly<Record<Language, string>>> = {
  ar: 'أريد تأكيد رقمي لدى {company} ({purpose}): {token}\nأرسل هذه الرسالة فقط إذا طلبت ذلك بنفسك.',
  de: 'Ich möchte meine Nummer für {company} bestätigen ({purpose}): {token}\nSenden Sie das nur, wenn Sie es selbst angefordert haben.',
  en: 'I want to verify my number for {company} ({purpose}): {token}\nSend this only if you asked for it yourself.',
  es: 'Quiero verificar mi número para {company} ({purpose}): {token}\nEnvía esto solo si tú mismo lo has pedido.',
  fr: 'Je veux vérifier mon numéro pour {company} ({purpose}) : {token}\nN’envoyez ceci que si vous l’avez demandé vous-même.',
  hi: 'मैं {company} के लिए अपना नंबर सत्यापित करना चाहता/चाहती हूँ ({purpose}): {token}\nइसे तभी भेजें जब आपने स्वयं इसका अनुरोध किया हो।',
  id: 'Saya ingin memverifikasi nomor saya untuk {company} ({purpose}): {token}\nKirim pesan ini hanya jika Anda sendiri yang memintanya.',
  it: 'Voglio verificare il mio numero per {company} ({purpose}): {token}\nInvia questo messaggio solo se lo hai richiesto tu.',
  ja: '{company} のために電話番号を確認します（{purpose}）：{token}\nご自身で依頼した場合にのみ送信してください。',
  ms: 'Saya mahu mengesahkan nombor saya untuk {company} ({purpose}): {token}\nHantar mesej ini hanya jika anda sendiri yang memintanya.',
  nl: 'Ik wil mijn nummer bevestigen voor {company} ({purpose}): {token}\nVerstuur dit alleen als je er zelf om hebt gevraagd.',
  pt: 'Quero verificar o meu número para {company} ({purpose}): {token}\nEnvie isto apenas se foi você que pediu.',
  ru: 'Я хочу подтвердить свой номер для {company} ({purpose}): {token}\nОтправляйте это, только если вы сами об этом просили.',
  tr: '{company} için numaramı doğrulamak istiyorum ({purpose}): {token}\nBunu yalnızca kendiniz istediyseniz gönderin.',
  vi: 'Tôi muốn xác minh số của mình cho {company} ({purpose}): {token}\nChỉ gửi tin này nếu chính bạn đã yêu cầu.',
  'zh-Hans': '我要为 {company} 验证我的号码（{purpose}）：{token}\n仅当您本人发起请求时才发送。',
  'zh-Hant': '我要為 {company} 驗證我的號碼（{purpose}）：{token}\n僅當您本人提出要求時才傳送。',
};

type Facts = {
  readonly token: string;
  readonly companyName: string;
  readonly purpose: string;
  readonly language: Language;
};

/** The language of the message: that of `locale` or, without it, that of the number's region. */
export function chooseLanguage(locale: Locale | undefined, region: string): Language {
  const asked = locale === undefined ? undefined : findLanguage(locale);
  const language = asked ?? localeOfRegion(region);
  return language in texts ? language : FALLBACK;
}

/** Writes the message that the person sends to us. */
export function writeInboundText({ token, companyName, purpose, language }: Facts): string {
  const text = texts[language] ?? texts[FALLBACK];
  const values: Readonly<Record<string, string>> = {
    company: isolateName(text, companyName),
    // `password-reset` reads as words.
    purpose: purpose.replaceAll(/[-_]/g, ' '),
    token: writeInboundToken(token),
  };
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** The link that opens WhatsApp with the message to `phoneNumber` (E.164). */
export function toWhatsAppLink(phoneNumber: string, text: string): string {
  return `https://wa.me/${phoneNumber.slice(1)}?text=${encodeURIComponent(text)}`;
}
