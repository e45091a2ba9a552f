// An application for Twilio Verify that uses Waverify: one line differs. Start it: npm install && node server.mjs
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import twilio from 'twilio';

const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_VERIFY_SERVICE_SID } = process.env;
const { WAVERIFY_URL = 'http://127.0.0.1:3000', PORT = '8080' } = process.env;

const client = twilio(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN);
client.verify.baseUrl = WAVERIFY_URL; // This line.

const service = client.verify.v2.services(TWILIO_VERIFY_SERVICE_SID);

const routes = {
  '/login/code': ({ phone }) => service.verifications.create({ to: phone, channel: 'sms' }),
  '/login': ({ phone, code }) => service.verificationChecks.create({ to: phone, code }),
};

async function handle(request, response) {
  try {
    const { status } = await routes[request.url](await json(request));
    response.end(JSON.stringify({ status })); // pending or approved
  } catch (error) {
    response.writeHead(error.status ?? 500).end(JSON.stringify({ message: error.message }));
  }
}

const server = createServer((request, response) => void handle(request, response));
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
