import { createInterface } from 'node:readline';
import { rootCaller } from '../domain/access/caller.ts';
import { isEnded, isLinkable } from '../domain/whatsapp/session.ts';
import { explainSessionReason, type SessionReason } from '../domain/whatsapp/session-reason.ts';
import { toTerminalText } from '../lib/qr-formats.ts';
import type { SessionContext } from '../services/whatsapp/context.ts';
import { createSession } from '../services/whatsapp/create-session.ts';
import { readQr } from '../services/whatsapp/pair-session.ts';
import { listSessions } from '../services/whatsapp/read-sessions.ts';
import { type SessionView, watchSession } from '../services/whatsapp/watch-session.ts';

type Options = {
  readonly sessions: SessionContext;
  /** The session to link when there is none yet. */
  readonly sessionId: string;
  /** Where codes go while no number is linked. */
  readonly nextChannel?: string | undefined;
  readonly print: (line: string) => void;
  /** Calls back at every line that the operator enters; the returned function ends it. */
  readonly onEnter: (listener: () => void) => () => void;
};

/** An attempt that ended so had a QR or a code. */
const QR_WAS_SHOWN: ReadonlySet<SessionReason> = new Set(['qr_expired', 'code_expired']);

const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;

/** Whoever sits at the terminal. */
const OPERATOR = rootCaller({ ipAddress: '127.0.0.1', userAgent: 'terminal' });

/**
 * Shows the QR of a session that is to be linked, and each new one, until a phone has scanned it.
 * Does nothing when a session is linked already, or was once and waits for an operator. The
 * returned function ends it.
 */
export async function offerLinking({
  sessions,
  sessionId,
  nextChannel,
  print,
  onEnter,
}: Options): Promise<() => void> {
  const present = await listSessions(sessions, OPERATOR);
  if (present.some(({ state }) => !isLinkable(state))) return () => {};
  const target = present[0]?.sessionId ?? sessionId;
  if (present.length === 0) await createSession(sessions, OPERATOR, target);
  const begin = () =>
    readQr(sessions, OPERATOR, target, AbortSignal.timeout(60_000)).catch(() => {});
  const stopListening = onEnter(() => void begin());
  const shown = new Set<string>();
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  async function show({ details, qr }: SessionView): Promise<void> {
    if (qr) await showQr(qr);
    const why = explainSessionReason(details);
    if (details.state === 'unlinked' && details.reason !== undefined) {
      notLinked(details.reason, why ?? '');
    }
    if (details.state === 'open' || isEnded(details.state)) {
      print(`Session ${target}: ${details.state} ${details.phoneNumber ?? why ?? ''}`);
      end();
    }
  }

  async function showQr({ text, expiresInSeconds }: NonNullable<SessionView['qr']>) {
    failures = 0;
    if (shown.has(text)) return;
    shown.add(text);
    print(`\n${await toTerminalText(text)}`);
    print(
      `Scan it: WhatsApp > Linked devices > Link a device. It is good for ${expiresInSeconds} s.`,
    );
  }

  function notLinked(reason: SessionReason, why: string): void {
    if (QR_WAS_SHOWN.has(reason)) {
      print(`The number is not linked (${why}). Press Enter for a new QR code.`);
    } else tryAgain(why);
  }

  /** There was no QR to scan, so nobody has to press anything for another try. */
  function tryAgain(why: string): void {
    failures += 1;
    const waitSeconds = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (failures - 1));
    const meanwhile = nextChannel ? `; codes go by ${nextChannel} meanwhile` : '';
    print(`${why}; trying again in ${waitSeconds} s${meanwhile}`);
    clearTimeout(timer);
    timer = setTimeout(() => void begin(), waitSeconds * 1000);
    timer.unref();
  }

  const endWatch = await watchSession(sessions, OPERATOR, target, {
    onChange: (view) => void show(view),
    onRemoved: () => end(),
  });
  function end(): void {
    clearTimeout(timer);
    stopListening();
    endWatch?.();
  }
  void begin();
  return end;
}

/** Lines that are entered at a terminal. */
export function readLines(input: NodeJS.ReadStream) {
  return (listener: () => void): (() => void) => {
    const lines = createInterface({ input, terminal: false }).on('line', listener);
    return () => {
      lines.close();
      input.pause();
    };
  };
}
