import { startMailServer } from '../providers/mail-server.ts';
import { createHarness, type Harness } from './harness.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A service that sends to phone numbers and to email addresses, with the mail server that it uses. */
export async function createMailHarness(options: Parameters<typeof createHarness>[0] = {}) {
  const mail = await startMailServer();
  const env = {
    ...{ OTP_CHANNELS: 'http,email', SMTP_URL: mail.url, EMAIL_FROM: 'Shop <login@example.com>' },
    ...options.env,
  };
  const h = await createHarness({ ...options, env });
  async function close(): Promise<void> {
    await h.close();
    await mail.close();
  }
  return { h: { ...h, close }, mail };
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;

let addresses = 0;

/** An address that no other test has. */
export function nextAddress(): string {
  addresses += 1;
  return `user${addresses}.${process.pid}@example.com`;
}

/** The calls of a login flow by email address. */
export function createEmailCalls(h: Pick<Harness, 'client' | 'database'>, mail: MailServer) {
  const post = (action: string) => (email: string, fields: Fields) =>
    h.client.post(`/api/otp/${action}`, { email, ...fields });
  const send = (email: string, fields: Fields = {}) => post('send')(email, fields);

  const mailsTo = (address: string) => mail.mails.filter(({ to }) => to.includes(address));

  /** The code of the newest mail to an address, as its subject has it. */
  function findCode(address: string): string | undefined {
    return /^Subject: (\d+)/m.exec(mailsTo(address).at(-1)?.content ?? '')?.[1];
  }

  function codeFor(address: string): string {
    const code = findCode(address);
    if (code === undefined) throw new Error(`no mail went to ${address}`);
    return code;
  }

  /** Sends, and reads the code where the person would. */
  async function sendCode(email: string, fields: Fields = {}): Promise<string> {
    const { status, raw } = await send(email, fields);
    if (status !== 200) throw new Error(`sending to ${email} was answered ${status}: ${raw}`);
    return codeFor(email);
  }

  const rows = (address: string) =>
    h.database.models.OTPLog.findAll({ where: { phoneNumber: address }, order: [['id', 'ASC']] });

  return {
    send,
    sendCode,
    findCode,
    codeFor,
    mailsTo,
    rows,
    resend: (email: string, fields: Fields = {}) => post('resend')(email, fields),
    next: (email: string, fields: Fields = {}) => post('next')(email, fields),
    verify: (email: string, otp: string, fields: Fields = {}) =>
      post('verify')(email, { otp, ...fields }),
    verifyById: (verificationId: unknown, otp: string, fields: Fields = {}) =>
      h.client.post('/api/otp/verify', { verificationId, otp, ...fields }),
    expire: (email: string, fields: Fields = {}) => post('expire')(email, fields),
    unlock: (email: string) => post('unlock')(email, {}),
    status: (email: string, query = '') =>
      h.client.get(`/api/otp/status/${encodeURIComponent(email)}${query}`),
  };
}

export type EmailCalls = ReturnType<typeof createEmailCalls>;
