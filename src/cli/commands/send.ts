import { defineCommand, print } from '../command.ts';
import { findService, HOW_TO_REACH } from '../find-service.ts';
import { callService } from '../service-api.ts';

const USAGE = `waverify send +NUMBER [--channel C] [--session S] [--locale L] [--purpose P] [--url URL]
  has the running service send one code to a phone number, and says which channel took it, or why none did. The code is
  a real one, for the purpose test unless --purpose names another, and counts towards all limits.
  ${HOW_TO_REACH}
  Exit code: 0 if a channel accepted the message, 1 otherwise.`;

type Sent = {
  readonly phoneNumber: string;
  readonly channel: string;
  readonly sessionId: string;
  readonly verificationId: string;
  readonly expiresIn: number;
};

export const command = defineCommand({
  usage: USAGE,
  takesValues: true,
  options: {
    channel: { type: 'string' },
    session: { type: 'string' },
    locale: { type: 'string' },
    purpose: { type: 'string', default: 'test' },
    url: { type: 'string' },
  },
  async run(
    { channel, session, locale, purpose, url },
    { environment, values: [phoneNumber, ...others] },
  ) {
    if (phoneNumber === undefined || others.length > 0) throw new Error(USAGE);
    const api = findService(environment, url);
    const body = {
      ...{ phoneNumber, purpose },
      ...(channel !== undefined && { channel }),
      ...(session !== undefined && { sessionId: session }),
      ...(locale !== undefined && { locale }),
    };
    const answer = await callService(api, { path: '/api/otp/send', body });
    if (answer.outcome === 'unreachable') {
      throw new Error(
        `${answer.reason}\nStart the service with waverify start, or name it with --url.`,
      );
    }
    if (answer.outcome === 'refused') {
      throw new Error(`No code was sent: ${answer.status} ${answer.problem}\n${adviseOn(answer)}`);
    }
    print(describe(answer.data as Sent));
    return 0;
  },
});

function describe(sent: Sent): string {
  const { phoneNumber, channel, sessionId, verificationId, expiresIn } = sent;
  const from = channel === 'whatsapp' ? `, session ${sessionId}` : '';
  const where =
    channel === 'console' ? '\nThe channel console prints the code where the service runs.' : '';
  return `The channel ${channel} accepted a code for ${phoneNumber} (verification ${verificationId}${from}). It expires in ${expiresIn} s.${where}`;
}

function adviseOn({ status, problem }: { readonly status: number; readonly problem: string }) {
  if (status === 401) return 'Set API_KEY to a key of this service.';
  if (status === 403) return 'The key needs the scope otp:send.';
  const [code] = problem.split(':');
  return (
    ADVICE[code ?? ''] ??
    'docs/api.md has the meaning of the code; waverify doctor looks for causes.'
  );
}

const ADVICE: Readonly<Record<string, string>> = {
  invalid_phone: 'Write the number with its country code, such as +6281234567890.',
  session_not_connected: 'Link the number again, or restart its session, in the console.',
  resend_too_soon: 'Wait, or use another --purpose.',
};
