import { numberPrefix } from '../phone-number/phone-number.ts';
import { isEmailRecipient } from '../recipient.ts';

/** What the share of verified sends is computed for. */
export const conversionKinds = ['key', 'prefix', 'region'] as const;
type ConversionKind = (typeof conversionKinds)[number];

/** A key, a number prefix or a region of one account, so that one account cannot affect another. */
export type ConversionSubject = {
  readonly accountId: string;
  readonly kind: ConversionKind;
  readonly name: string;
};

/** How many of the latest settled sends (verified, or no longer valid) the share is computed from. */
export const SAMPLE_SIZE = 100;

/** A lower share looks like traffic pumping. */
export const LEAST_SHARE = 0.3;

/** The key of a subject's row. */
export function conversionKey({ accountId, kind, name }: ConversionSubject): string {
  return `${accountId}|${kind}|${name}`;
}

type Send = {
  readonly accountId: string;
  readonly phoneNumber: string;
  readonly region: string;
  /** The credential that requested it, if known. */
  readonly sentBy: string | undefined;
};

/** The subjects that the outcome of one send counts for. An email address has no prefix and no region. */
export function conversionSubjects({ accountId, phoneNumber, region, sentBy }: Send) {
  const names: Readonly<Record<ConversionKind, string>> = {
    key: sentBy ?? '',
    prefix: isEmailRecipient(phoneNumber) ? '' : numberPrefix(phoneNumber),
    region,
  };
  return conversionKinds
    .map((kind): ConversionSubject => ({ accountId, kind, name: names[kind] }))
    .filter(({ name }) => name !== '');
}
