import { createInterface } from 'node:readline';
import { rootCaller } from '../domain/access/caller.ts';
import { isEnded } from '../domain/whatsapp/session.ts';
import { explainSessionReason, type SessionReason } from '../domain/whatsapp/session-reason.ts';
import { toTerminalText } from '../lib/qr-formats.ts';
import type { SessionContext } from '../services/whatsapp/context.ts';
import { createSession } from '../services/whatsapp/create-session.ts';
import { readQr } from '../services/whatsapp/pair-session.ts';
import { isAnySessionInUse, listSessions } from '../services/whatsapp/read-sessions.ts';
import { type SessionView, watchSession } from '../services/whatsapp/watch-session.ts';

type Options = {
  readonly sessions: SessionContext;
  /** The session to link when there is none yet. */
  readonly sessionId: string;
  /** The channel of codes while no number is linked. */
  readonly nextChannel?: string | undefined;
  readonly print: (line: string) => void;
  /** Calls `listener` for every line that the operator enters; the returned function stops that. */
  readonly onEnter: (listener: () => void) => () => void;
};

/** Attempts that ended for these reasons had shown a QR code or a pairing code. */
const QR_WAS_SHOWN: ReadonlySet<SessionReason> = new Set(['qr_expired', 'code_expired']);

const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;

/** The caller for requests from the terminal. */
const OPERATOR = rootCaller({ ipAddress: '127.0.0.1', userAgent: 'terminal' });

/**
 * Shows the QR codes of a session until a phone has scanned one. Does nothing if a session is linked
 * already, or was linked and needs an operator. The returned function stops it.
 */
export async function offerLinking({
  sessions,
  sessionId,
  nextChannel,
  print,
  onEnter,
}: Options): Promise<() => void> {
  if (await isAnySessionInUse(sessions, OPERATOR)) return () => {};
  const [oldest] = (await listSessions(sessions, OPERATOR, { limit: 1, after: undefined })).items;
  const target = oldest?.sessionId ?? sessionId;
  if (!oldest) await createSession(sessions, OPERATOR, target);
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
    print(`Scan it: WhatsApp > Linked devices > Link a device. Valid for ${expiresInSeconds} s.`);
  }

  function notLinked(reason: SessionReason, why: string): void {
    if (QR_WAS_SHOWN.has(reason)) {
      print(`No number is linked (${why}). Press Enter for a new QR code.`);
    } else tryAgain(why);
  }

  /** Without a QR code there was nothing to scan, so it retries without waiting for Enter. */
  function tryAgain(why: string): void {
    failures += 1;
    const waitSeconds = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (failures - 1));
    const meanwhile = nextChannel ? `; until then, codes go to the ${nextChannel} channel` : '';
    print(`${why}; retrying in ${waitSeconds} s${meanwhile}`);
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
  // The session may have failed to connect already, and then waits for the next try.
  if (timer === undefined) void begin();
  return end;
}

/** Reads lines from a terminal. */
export function readLines(input: NodeJS.ReadStream) {
  return (listener: () => void): (() => void) => {
    const lines = createInterface({ input, terminal: false }).on('line', listener);
    return () => {
      lines.close();
      input.pause();
    };
  };
}
