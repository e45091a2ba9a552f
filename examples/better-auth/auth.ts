// better-auth with Waverify for login by phone number. Mount `auth.handler` as its documentation shows.
import { waverifyPhoneNumber } from '@waverify/better-auth';
import { createWaverify } from '@waverify/client';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { phoneNumber } from 'better-auth/plugins';

const { WAVERIFY_URL = 'http://127.0.0.1:3000', WAVERIFY_API_KEY = '' } = process.env;

const waverify = createWaverify({ baseUrl: WAVERIFY_URL, apiKey: WAVERIFY_API_KEY });

export const auth = betterAuth({
  // Use your database. This one forgets everything when the process ends.
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  plugins: [
    phoneNumber({
      ...waverifyPhoneNumber(waverify),
      // One spelling of a number is one user.
      phoneNumberValidator: (number) => /^\+[1-9]\d{6,14}$/.test(number),
      signUpOnVerification: { getTempEmail: (number) => `${number.slice(1)}@phone.example` },
    }),
  ],
});
