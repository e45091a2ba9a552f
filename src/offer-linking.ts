import { createInterface } from 'node:readline';
import { ownerOfInstallation } from './domain/caller.ts';
import { isEnded, isLinkable } from './domain/session.ts';
import { toTerminalText } from './lib/qr-formats.ts';
import type { SessionService, SessionView } from './services/sessions/session-service.ts';

type Options = {
  readonly sessions: SessionService;
  /** The session to link when there is none yet. */
  readonly sessionId: string;
  readonly print: (line: string) => void;
  /** Calls back at every line that the operator enters; the returned function ends it. */
  readonly onEnter: (listener: () => void) => () => void;
};

/** Whoever sits at the terminal. */
const OPERATOR = ownerOfInstallation({ ipAddress: '127.0.0.1', userAgent: 'terminal' });

/**
 * Shows the QR of a session that is to be linked, and each new one, until a phone has scanned it.
 * Does nothing when a session is linked already, or was once and waits for an operator. The
 * returned function ends it.
 */
export async function offerLinking({
  sessions,
  sessionId,
  print,
  onEnter,
}: Options): Promise<() => void> {
  const present = await sessions.list(OPERATOR);
  if (present.some(({ state }) => !isLinkable(state))) return () => {};
  const target = present[0]?.sessionId ?? sessionId;
  if (present.length === 0) await sessions.create(OPERATOR, target);
  const begin = () =>
    sessions.readQr(OPERATOR, target, AbortSignal.timeout(60_000)).catch(() => {});
  const stopListening = onEnter(() => void begin());
  const shown = new Set<string>();

  async function show({ details, qr }: SessionView): Promise<void> {
    if (qr && !shown.has(qr.text)) {
      shown.add(qr.text);
      print(`\n${await toTerminalText(qr.text)}`);
      print(
        `Scan it: WhatsApp > Linked devices > Link a device. It is good for ${qr.expiresInSeconds} s.`,
      );
    }
    if (details.state === 'unlinked' && details.reason !== undefined) {
      print(`The number is not linked (${details.reason}). Press Enter for a new QR code.`);
    }
    if (details.state === 'open' || isEnded(details.state)) {
      print(`Session ${target}: ${details.state} ${details.phoneNumber ?? details.reason ?? ''}`);
      end();
    }
  }

  const endWatch = await sessions.watch(OPERATOR, target, {
    onChange: (view) => void show(view),
    onRemoved: () => end(),
  });
  function end(): void {
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
