/**
 * The peer: better-auth's phone-number plugin, configured to be as fast as its documentation allows.
 *
 * - SQLite through better-sqlite3, WAL mode, synchronous=NORMAL: its fastest store on this machine.
 * - Codes in plain text, six digits, five minutes: its defaults.
 * - `verification.disableCleanup`: by default every verify deletes expired rows by a column without
 *   an index, which becomes slower as the table grows. That would favour us, so it is off.
 * - Its rate limiter and telemetry are off, and its logger only logs errors.
 * - The first verify of a number creates a user row, as the plugin does by default. The caller sends
 *   `disableSession: true`, so no session row and no cookie are created.
 * - /consume is `consumePhoneNumberOTP`: the code alone, without the user row. The plugin offers it to
 *   server code only; it is included to be fair to the peer.
 *
 * Codes are sent with the same HTTP client as in Waverify's http channel, to the same sink, in a body with
 * the same fields. Hono's listener was as fast as the plugin's own Node handler.
 */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { phoneNumber } from 'better-auth/plugins/phone-number';
import Database from 'better-sqlite3';
import { Hono } from 'hono';
import { Agent, request } from 'undici';

const { PORT, DATABASE_PATH, SINK_URL, SECRET_KEY } = process.env;

const database = new Database(DATABASE_PATH);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = NORMAL');

const dispatcher = new Agent();

const auth = betterAuth({
  appName: 'bench',
  baseURL: `http://127.0.0.1:${PORT}`,
  basePath: '/',
  secret: SECRET_KEY,
  database,
  verification: { disableCleanup: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  plugins: [
    phoneNumber({
      sendOTP: deliverCode,
      signUpOnVerification: { getTempEmail: (number) => `${number.slice(1)}@phone.invalid` },
    }),
  ],
});

async function deliverCode({ phoneNumber: to, code }) {
  const text = `${code} is your code. Do not share it.`;
  const response = await request(SINK_URL, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
    body: JSON.stringify({
      verificationId: to,
      to,
      code,
      text,
      locale: 'en',
      companyName: 'Bench',
    }),
    signal: AbortSignal.timeout(10_000),
  });
  response.body.dump().catch(() => {});
  if (response.statusCode >= 300) throw new Error(`The sink answered ${response.statusCode}`);
}

await (await getMigrations(auth.options)).runMigrations();

const app = new Hono();
app.get('/health', (c) => c.text('up'));
app.post('/phone-number/*', (c) => auth.handler(c.req.raw));
app.post('/consume', async (c) =>
  c.json(await auth.api.consumePhoneNumberOTP({ body: await c.req.json() })),
);

createServer(getRequestListener(app.fetch)).listen(Number(PORT), '127.0.0.1');
