export const smsEncodings = ['GSM-7', 'UCS-2'] as const;

export type SmsSize = {
  /** `UCS-2` if any character is missing in the alphabet of GSM-7. */
  readonly encoding: (typeof smsEncodings)[number];
  /** How many messages an operator counts. */
  readonly segments: number;
};

/** Measures a text as SMS, by 3GPP TS 23.038 and 23.040. The library is loaded for the first one: no send needs it. */
export async function measureSms(text: string): Promise<SmsSize> {
  const { SegmentedMessage } = await import('sms-segments-calculator');
  const { encodingName, segmentsCount } = new SegmentedMessage(text);
  return { encoding: encodingName, segments: segmentsCount };
}
