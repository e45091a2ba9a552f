// A receiver of Waverify webhooks for Node.js 20, without dependencies. Start it with:
// WEBHOOK_SECRET=whsec_… PORT=8080 node receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { WEBHOOK_SECRET = '', PORT = '8080' } = process.env;
const MOST_BYTES = 1_000_000;

const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');
if (key.length < 24) throw new Error('Set WEBHOOK_SECRET to the secret of the webhook');

/** The body must be the bytes as they arrived, not JSON that was parsed and written again. */
function isSigned(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
  const isRecent = Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300;
  if (!id || !isRecent) return false;
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  const expected = Buffer.from(`v1,${hmac.digest('base64')}`);
  // For a day after the secret is replaced, there are two.
  const signatures = String(headers['webhook-signature']).split(' ');
  return signatures
    .map((signature) => Buffer.from(signature))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

function handle(event) {
  // An event can arrive again, with the same id: skip the ids that you have already handled.
  console.log(event.id, event.type, event.data);
}

createServer((request, response) => {
  const chunks = [];
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
    if (size > MOST_BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (!isSigned(request.headers, body)) {
      console.error('Refused: the signature does not match. Check WEBHOOK_SECRET.');
      return response.writeHead(401).end('The signature does not match');
    }
    handle(JSON.parse(body));
    // Any 2xx within 15 seconds; otherwise the event is sent again later.
    response.writeHead(204).end();
  });
}).listen(Number(PORT));
