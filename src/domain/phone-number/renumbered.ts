/**
 * Numbers from before their country changed its numbering plan. People and their contacts keep the old
 * form for years, and messengers show it; the line is the same, so it is the same recipient.
 */
type Renumbering = {
  /** The complete old number with its country code. No current number may match. */
  readonly old: RegExp;
  readonly now: string;
};

/**
 * One row for each unambiguous rule. The old number must not be in use today: the caller only asks for
 * numbers that the numbering plan does not list, or lists as landlines (Argentina).
 */
const RENUMBERINGS: readonly Renumbering[] = [
  // Mexico, 3 August 2019: 1, 044, 045 and 01 before ten digits were retired (IFT, Plan Técnico
  // Fundamental de Numeración, DOF 11 May 2018). WhatsApp still shows +52 1.
  { old: /^\+52(?:1|044|045|01)(\d{10})$/, now: '+52$1' },

  // Brazil, 2012 to 6 November 2016: mobile numbers got a 9 in front (Anatel, Resolução 553/2010).
  // Landlines begin with 2 to 5. Those of eight digits that begin with 7 stay as they are: trunked
  // radio kept such numbers, and the numbering plan of today still has them.
  { old: /^\+55([1-9][1-9])([689]\d{7})$/, now: '+55$19$2' },

  // Benin, 30 November 2024: 01 before the eight digits (ARCEP Bénin, numbering plan of 2024).
  { old: /^\+229(\d{8})$/, now: '+22901$1' },

  // Côte d'Ivoire, 31 January 2021: two digits of the operator before the eight. The second digit of
  // an old mobile number identifies the operator: Moov, MTN, Orange (ARTCI, numbering plan of 2021). Old
  // numbers that began with 2 or 3 were landlines; those with 1 or 6 are left out as ambiguous.
  { old: /^\+225((?:0[1-3]|[45789][0-3])\d{6})$/, now: '+22501$1' },
  { old: /^\+225([045789][4-6]\d{6})$/, now: '+22505$1' },
  { old: /^\+225([045789][7-9]\d{6})$/, now: '+22507$1' },

  // Vietnam, 15 September to 15 November 2018: eleven digits became ten (Ministry of Information
  // and Communications, decision 798/QĐ-BTTTT): MobiFone, VinaPhone, Viettel, Vietnamobile, Gmobile.
  { old: /^\+84120(\d{7})$/, now: '+8470$1' },
  { old: /^\+84121(\d{7})$/, now: '+8479$1' },
  { old: /^\+84122(\d{7})$/, now: '+8477$1' },
  { old: /^\+8412([68])(\d{7})$/, now: '+847$1$2' },
  { old: /^\+8412([345])(\d{7})$/, now: '+848$1$2' },
  { old: /^\+84127(\d{7})$/, now: '+8481$1' },
  { old: /^\+84129(\d{7})$/, now: '+8482$1' },
  { old: /^\+8416([2-9])(\d{7})$/, now: '+843$1$2' },
  { old: /^\+8418([68])(\d{7})$/, now: '+845$1$2' },
  { old: /^\+84199(\d{7})$/, now: '+8459$1' },

  // Chile, 2016: the 0 before 9 and the eight digits of a mobile number was retired (Subtel, uniform
  // dialling).
  { old: /^\+5609(\d{8})$/, now: '+569$1' },

  // Ecuador, 30 September 2012: a 9 before mobile numbers of eight digits; landlines of eight begin
  // with the area, 2 to 7 (Senatel, numbering plan of 2012).
  { old: /^\+593([89]\d{7})$/, now: '+5939$1' },
];

/** The current number for one of an old plan; undefined for any other. */
export function renumber(phoneNumber: string): string | undefined {
  for (const { old, now } of RENUMBERINGS) {
    if (old.test(phoneNumber)) return phoneNumber.replace(old, now);
  }
  return undefined;
}

/** An Argentine number with the domestic 15 between area code and subscriber number. */
const ARGENTINE_15 = /^\+549(\d{12})$/;

/**
 * The mobile numbers that an Argentine number may stand for. The international form has a 9 after the
 * country code, the domestic form a 15 after the area code of two to four digits. People omit either,
 * and then it looks like a landline. Both are one line (libphonenumber, metadata of AR; ENACOM).
 */
export function argentineMobiles(phoneNumber: string): string[] {
  const [, digits] = ARGENTINE_15.exec(phoneNumber) ?? [];
  if (digits === undefined) {
    return /^\+54[1-8]\d{9}$/.test(phoneNumber) ? [`+549${phoneNumber.slice(3)}`] : [];
  }
  return [2, 3, 4]
    .filter((areaDigits) => digits.slice(areaDigits).startsWith('15'))
    .map((areaDigits) => `+549${digits.slice(0, areaDigits)}${digits.slice(areaDigits + 2)}`);
}
