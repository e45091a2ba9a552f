// npm install twilio && node twilio.mjs
import { createInterface } from 'node:readline/promises';
import twilio from 'twilio';

const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_VERIFY_SERVICE_SID } = process.env;

const client = twilio(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN);
client.verify.baseUrl = process.env.WAVERIFY_URL; // The only line that differs.

const service = client.verify.v2.services(TWILIO_VERIFY_SERVICE_SID);
await service.verifications.create({ to: '+6281234567890', channel: 'sms' });
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const code = await terminal.question('Code: ');
terminal.close();
const { status } = await service.verificationChecks.create({ to: '+6281234567890', code });
console.log(status); // approved
