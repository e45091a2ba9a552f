import { numberPrefix } from '../phone-number/phone-number.ts';

/** What the share of verified sends is watched of. */
const conversionKinds = ['key', 'prefix', 'region'] as const;
type ConversionKind = (typeof conversionKinds)[number];

/** A key, a prefix of numbers or a region, always of one account: no account can harm another's. */
export type ConversionSubject = {
  readonly accountId: string;
  readonly kind: ConversionKind;
  readonly name: string;
};

/** The latest settled sends that a share is taken of: those that are verified or over. */
export const SAMPLE_SIZE = 100;

/** Fewer verified ones than this share look like traffic pumping. */
export const LEAST_SHARE = 0.3;

/** One value for a subject, which is the key of its row. */
export function conversionKey({ accountId, kind, name }: ConversionSubject): string {
  return `${accountId}|${kind}|${name}`;
}

type Send = {
  readonly accountId: string;
  readonly phoneNumber: string;
  readonly region: string;
  /** The credential that asked for it, where it is known. */
  readonly sentBy: string | undefined;
};

/** All that the outcome of one send counts for. */
export function conversionSubjects({ accountId, phoneNumber, region, sentBy }: Send) {
  const names: Readonly<Record<ConversionKind, string>> = {
    key: sentBy ?? '',
    prefix: numberPrefix(phoneNumber),
    region,
  };
  return conversionKinds
    .map((kind): ConversionSubject => ({ accountId, kind, name: names[kind] }))
    .filter(({ name }) => name !== '');
}
