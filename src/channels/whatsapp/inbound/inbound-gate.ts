/** After a message, further ones of the same sender are ignored for this long. */
const QUIET_MS = 600_000;

/** How many senders are remembered. Beyond that the oldest one is forgotten. */
const MOST_PEOPLE = 5000;

/** How many senders are written to the database at the same time. */
const MOST_AT_ONCE = 100;

type Sender = { readonly phoneNumber: string; readonly whatsAppId: string };

type Options = {
  /** Stores the sender as a known contact. */
  readonly markKnown: (sender: Sender) => Promise<void>;
  /** Logs a message in the activity log. */
  readonly record: (sender: Sender, messageId: string) => void;
};

/**
 * Limits the effect of inbound messages, which anyone can send. One message per sender in ten minutes is
 * recorded. The others use neither memory nor database.
 */
export function createInboundGate({ markKnown, record }: Options) {
  /** Until when to ignore a sender, by phone number, oldest first. */
  const heard = new Map<string, number>();
  let writing = 0;

  async function take(sender: Sender, messageId: string): Promise<void> {
    const { phoneNumber } = sender;
    const isQuiet = (heard.get(phoneNumber) ?? 0) > performance.now();
    // A sender who is skipped here is recorded with the next message.
    if (isQuiet || writing >= MOST_AT_ONCE) return;
    heard.delete(phoneNumber);
    heard.set(phoneNumber, performance.now() + QUIET_MS);
    const [oldest] = heard.keys();
    if (heard.size > MOST_PEOPLE && oldest !== undefined) heard.delete(oldest);
    record(sender, messageId);
    writing += 1;
    try {
      await markKnown(sender);
    } catch (error) {
      heard.delete(phoneNumber);
      throw error;
    } finally {
      writing -= 1;
    }
  }

  return {
    take,
    /** Forgets a sender, so that the next message is recorded. */
    forget: (phoneNumber: string) => void heard.delete(phoneNumber),
    clear: () => heard.clear(),
  };
}
