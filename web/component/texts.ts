const en = {
  code: 'Code',
  codeComplete: 'The code is complete.',
  verify: 'Verify your phone number',
  verified: 'Verified.',
};

type Texts = Readonly<typeof en>;

const id: Texts = {
  code: 'Kode',
  codeComplete: 'Kode sudah lengkap.',
  verify: 'Verifikasi nomor telepon Anda',
  verified: 'Terverifikasi.',
};

const ar: Texts = {
  code: 'الرمز',
  codeComplete: 'الرمز مكتمل.',
  verify: 'تأكيد رقم هاتفك',
  verified: 'تم التأكيد.',
};

const TEXTS: ReadonlyMap<string, Texts> = new Map(Object.entries({ en, id, ar }));

/** The texts of an element without attributes for them, in the language of the page around it. */
export function findTexts(element: Element): Texts {
  const lang = element.closest('[lang]')?.getAttribute('lang') ?? '';
  const [language = ''] = lang.toLowerCase().split('-');
  return TEXTS.get(language) ?? en;
}
