import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';

/** What the mail library says about a message that it could not send. */
type MailError = {
  readonly code?: string;
  /** The SMTP command that failed. */
  readonly command?: string;
  /** What the server answered. */
  readonly response?: string;
  readonly responseCode?: number;
  /** Whether the answer is final; undefined without an answer. */
  readonly permanent?: boolean;
  readonly syscall?: string;
  readonly timeoutType?: string;
};

type Failure = {
  readonly reason: DeliveryFailureReason;
  readonly details: string;
  readonly mayHaveArrived: boolean;
};

const OUR_SETUP = ['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS', 'ECONFIG', 'EPROXY'];

/** Describes why a message was not sent, without the text of an answer, which may quote the message. */
export function describeFailure(error: unknown): Failure {
  const failure = error as MailError;
  if (failure.code === 'EABORT') {
    const details = 'the mail server did not accept the message in time';
    return { reason: 'timeout', details, mayHaveArrived: true };
  }
  if (failure.responseCode !== undefined) {
    const reason = reasonOfAnswer(failure);
    return { reason, details: describeAnswer(failure), mayHaveArrived: false };
  }
  const { code = 'unknown error' } = failure;
  const reason = reasonOfCode(code);
  const mayHaveArrived = reason === 'unavailable' && !isBeforeHandover(failure);
  return { reason, details: `the message could not be handed over (${code})`, mayHaveArrived };
}

function reasonOfCode(code: string): DeliveryFailureReason {
  if (OUR_SETUP.includes(code)) return 'misconfigured';
  return code === 'EENVELOPE' || code === 'EMESSAGE' ? 'refused' : 'unavailable';
}

/** Whether there was no connection yet over which the message could have been sent. */
function isBeforeHandover({ code, syscall, timeoutType }: MailError): boolean {
  const hasNoConnection = code === 'EDNS' || syscall === 'connect' || syscall === 'getaddrinfo';
  return hasNoConnection || timeoutType === 'CONNECT_TIMEOUT' || timeoutType === 'GREETING_TIMEOUT';
}

/** Enhanced status codes (RFC 3463): the address is wrong, or the recipient's server has a policy against it. */
const IS_BAD_ADDRESS = /^\d{3}[ -]5\.1\.\d/;
const IS_POLICY = /^\d{3}[ -]5\.7\.\d/;

const NO_MAILBOX = [550, 551, 553];

function reasonOfAnswer(failure: MailError): DeliveryFailureReason {
  const { permanent, command = '', response = '', responseCode = 0 } = failure;
  if (permanent === false) return 'unavailable';
  if (command === 'DATA') return 'refused';
  // Before the recipient is named, only our login and our sender can be wrong.
  if (!command.startsWith('RCPT')) return 'misconfigured';
  const hasNoMailbox = NO_MAILBOX.includes(responseCode) && !IS_POLICY.test(response);
  return IS_BAD_ADDRESS.test(response) || hasNoMailbox ? 'not_on_channel' : 'refused';
}

/** "the mail server returned 550 5.1.1 to RCPT TO". */
function describeAnswer({ command, response = '', responseCode }: MailError): string {
  const [, enhancedCode] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  const codes = enhancedCode ? `${responseCode} ${enhancedCode}` : `${responseCode}`;
  return `the mail server returned ${codes}${command ? ` to ${command}` : ''}`;
}
