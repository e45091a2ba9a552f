import type { Harness } from './harness.ts';
import type { OtpCalls } from './otp-calls.ts';
import { createPage, SHOP } from './page-calls.ts';

type Parts = {
  readonly h: Harness;
  readonly otp: OtpCalls;
  readonly nextPhoneNumber: () => string;
};

/** Valid calls of the routes of proofs and hosted pages. */
export function createPageMakers({ h, otp, nextPhoneNumber }: Parts) {
  const tokenOf = (url: string) => ({ token: url.split('/').at(-1) ?? '' });

  return {
    'POST /api/otp/proof/redeem': async () => {
      const phoneNumber = nextPhoneNumber();
      const code = await otp.sendCode(phoneNumber);
      const { body } = await otp.verify(phoneNumber, code, { proof: true });
      return { body: { proof: body.data?.['proof'] } };
    },
    'POST /api/pages': async () => ({ body: { returnUrl: `${SHOP}/` } }),
    'GET /verify/:token': async () => tokenOf((await createPage(h)).url),
    ...Object.fromEntries(
      ['send', 'resend', 'next', 'message', 'check'].map((action) => [
        `POST /verify/:token/${action}`,
        // The calls of the table have no cookie, which a form needs.
        async () => ({ ...tokenOf((await createPage(h)).url), body: {} }),
      ]),
    ),
    'GET /components/:file': async () => ({ file: 'waverify.js' }),
  };
}
