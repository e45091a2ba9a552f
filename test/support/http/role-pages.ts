import type { OtpCalls } from './otp-calls.ts';

type Parts = { readonly otp: OtpCalls; readonly nextPhoneNumber: () => string };

/** Valid calls of the routes of proofs. */
export function createProofMakers({ otp, nextPhoneNumber }: Parts) {
  return {
    'POST /api/otp/proof/redeem': async () => {
      const phoneNumber = nextPhoneNumber();
      const code = await otp.sendCode(phoneNumber);
      const { body } = await otp.verify(phoneNumber, code, { proof: true });
      return { body: { proof: body.data?.['proof'] } };
    },
  };
}
