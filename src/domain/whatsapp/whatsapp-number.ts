/**
 * How WhatsApp writes a number in its id of an account where that is not E.164: an account keeps the id
 * that it was registered with, even if the numbering plan of its country has changed since.
 * Sources: the ITU's national numbering plans, and the ids that clients of WhatsApp Web report
 * (https://github.com/WhiskeySockets/Baileys/issues/2124, /issues/1997, /issues/2590).
 */
type OldPlan = {
  /** An id in the old plan, without `+`. */
  readonly old: RegExp;
  readonly toNew: (digits: string) => string;
  /** The same number in today's plan, without `+`. */
  readonly today: RegExp;
  readonly toOld: (digits: string) => string;
};

/** Ivory Coast, 2021: the second digit of the old number identifies the operator, and so the new prefix. */
const IVORIAN_PREFIXES = ['01', '01', '01', '01', '05', '05', '05', '07', '07', '07'];

const OLD_PLANS: readonly OldPlan[] = [
  // Mexico, 2019: mobile numbers lost the 1 after the country code.
  {
    old: /^521\d{10}$/,
    toNew: (digits) => `52${digits.slice(3)}`,
    today: /^52\d{10}$/,
    toOld: (digits) => `521${digits.slice(2)}`,
  },
  // Brazil, 2012 to 2016: mobile numbers got a 9 after the area code. Fixed lines begin with 2 to 5.
  {
    old: /^55[1-9]\d[6-9]\d{7}$/,
    toNew: (digits) => `${digits.slice(0, 4)}9${digits.slice(4)}`,
    today: /^55[1-9]\d9[6-9]\d{7}$/,
    toOld: (digits) => digits.slice(0, 4) + digits.slice(5),
  },
  // Benin, 2024: all numbers got 01 in front.
  {
    old: /^229\d{8}$/,
    toNew: (digits) => `22901${digits.slice(3)}`,
    today: /^22901\d{8}$/,
    toOld: (digits) => `229${digits.slice(5)}`,
  },
  {
    old: /^225\d{8}$/,
    toNew: (digits) => `225${IVORIAN_PREFIXES[Number(digits[4])]}${digits.slice(3)}`,
    today: /^2250[157]\d{8}$/,
    toOld: (digits) => `225${digits.slice(5)}`,
  },
];

/** The number (E.164) of a WhatsApp user in today's plan, whichever plan the id uses. */
export function toPhoneNumber(whatsAppUser: string): string {
  const plan = OLD_PLANS.find(({ old }) => old.test(whatsAppUser));
  return `+${plan ? plan.toNew(whatsAppUser) : whatsAppUser}`;
}

/** How an old account writes this number (E.164) in its id; undefined if there is one form only. */
export function findOldWhatsAppUser(phoneNumber: string): string | undefined {
  const digits = phoneNumber.slice(1);
  return OLD_PLANS.find(({ today }) => today.test(digits))?.toOld(digits);
}

/**
 * The WhatsApp user of a number that its owner typed in: old ids are accepted as the phone shows them. A
 * Mexican account has the `1` in its id, whether or not its owner typed it.
 */
export function toOwnWhatsAppUser(typed: string, phoneNumber: string): string {
  const old = findOldWhatsAppUser(phoneNumber);
  const isTypedSo = old !== undefined && typed.replace(/\D/g, '') === old;
  return old !== undefined && (isTypedSo || old.startsWith('521')) ? old : phoneNumber.slice(1);
}

/** Converts a typed number to today's plan; other text is returned unchanged. */
export function modernize(typed: string): string {
  if (!/^\s*\+/.test(typed)) return typed;
  const digits = typed.replace(/\D/g, '');
  return OLD_PLANS.some(({ old }) => old.test(digits)) ? toPhoneNumber(digits) : typed;
}

/** WhatsApp's default id of a number, used until WhatsApp reports another. */
export function toWhatsAppId(phoneNumber: string): string {
  return `${phoneNumber.slice(1)}@s.whatsapp.net`;
}
