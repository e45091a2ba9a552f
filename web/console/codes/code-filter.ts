import { toPeriodQuery } from '../../lib/input/day-period.ts';

export const NO_FILTER = { recipient: '', status: '', from: '', to: '' };
export type Filter = typeof NO_FILTER;

/** The longest text that is read as the last digits of a number. Longer ones are whole numbers. */
const MOST_LAST_DIGITS = 8;

/** How many digits a masked number shows, and the fewest to search by. */
const FEWEST_LAST_DIGITS = 4;

/** What a user typed to find a recipient. */
export type Typed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'email' | 'number' | 'lastDigits'; readonly text: string }
  /** Too few digits, or no digits at all. */
  | { readonly kind: 'unclear' };

/** Reads an email address, a whole number, or the last digits of one, as people write them. */
export function readTyped(text: string): Typed {
  const typed = text.trim();
  if (typed === '') return { kind: 'nothing' };
  if (/[@\uff20]/.test(typed)) return { kind: 'email', text: typed };
  if (!/^[\d\s().+*•…-]+$/.test(typed)) return { kind: 'unclear' };
  const digits = typed.replaceAll(/\D/g, '');
  // As a masked number is shown: the end of it is what is known.
  const [, end] = /[*•…]\s*(\d+)$/.exec(typed) ?? [];
  if (end !== undefined) return toLastDigits(end);
  const isShort = digits.length <= MOST_LAST_DIGITS && !typed.startsWith('+');
  return isShort ? toLastDigits(digits) : { kind: 'number', text: typed };
}

function toLastDigits(text: string): Typed {
  return text.length < FEWEST_LAST_DIGITS ? { kind: 'unclear' } : { kind: 'lastDigits', text };
}

type Who = {
  /** Whether the caller sees numbers in full, and may search by more than the four digits of a masked one. */
  readonly seesNumbers: boolean;
  /** Whether the caller may search by a whole number or address. */
  readonly findsRecipients: boolean;
};

/** Converts a filter to a query. */
export function toQuery({ recipient, from, to, ...others }: Filter, who: Who) {
  const query: Readonly<Record<string, string>> = {
    ...others,
    ...toPeriodQuery({ from, to }),
    ...nameTyped(readTyped(recipient), who),
  };
  return query;
}

function nameTyped(typed: Typed, who: Who): Readonly<Record<string, string>> {
  switch (typed.kind) {
    case 'email':
      return { email: typed.text };
    case 'number':
      return who.findsRecipients ? { phoneNumber: typed.text } : nameShown(typed.text);
    case 'lastDigits':
      return { lastDigits: who.seesNumbers ? typed.text : typed.text.slice(-FEWEST_LAST_DIGITS) };
    default:
      return {};
  }
}

/** The digits of a whole number that a masked one shows; none if it is still too short. */
function nameShown(number: string): Readonly<Record<string, string>> {
  const digits = number.replaceAll(/\D/g, '').slice(-FEWEST_LAST_DIGITS);
  return digits.length < FEWEST_LAST_DIGITS ? {} : { lastDigits: digits };
}
