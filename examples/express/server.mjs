// A login by phone number. Start it: npm install && WAVERIFY_API_KEY=wv_live_… SESSION_SECRET=… node server.mjs
import express from 'express';
import session from 'express-session';

const {
  WAVERIFY_URL = 'http://127.0.0.1:3000',
  WAVERIFY_API_KEY,
  SESSION_SECRET,
  PORT = '8080',
} = process.env;

const waverify = (action, body) =>
  fetch(`${WAVERIFY_URL}/api/otp/${action}`, {
    method: 'POST',
    headers: { 'X-API-Key': WAVERIFY_API_KEY, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

const app = express();
app.use(express.json());
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }));

app.post('/login/code', async (req, res) => {
  const response = await waverify('send', { phoneNumber: req.body.phone, clientIp: req.ip });
  const { data, message } = await response.json();
  if (response.ok) req.session.verificationId = data.verificationId;
  res.status(response.status).json({ message });
});

app.post('/login', async (req, res) => {
  const { verificationId = 'none' } = req.session;
  const body = { verificationId, otp: req.body.code, clientIp: req.ip };
  const response = await waverify('verify', body);
  const { data, message } = await response.json();
  if (!response.ok) return res.status(response.status).json({ message });
  // A new session, so that nobody can use one that was planted before the login.
  req.session.regenerate(() => {
    req.session.phoneNumber = data.phoneNumber; // The user owns this number.
    res.json({ message });
  });
});

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
