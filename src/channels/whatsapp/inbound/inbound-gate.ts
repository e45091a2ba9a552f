/** How long one message of a person stands for all that follow it. */
const QUIET_MS = 600_000;

/** So many people are remembered; beyond it the one who wrote first is forgotten. */
const MOST_PEOPLE = 5000;

/** So many notes of acquaintance are on their way to the database at once. */
const MOST_AT_ONCE = 100;

type Sender = { readonly phoneNumber: string; readonly whatsAppId: string };

type Options = {
  /** Notes that a person knows the session. */
  readonly markKnown: (sender: Sender) => Promise<void>;
  /** Tells the activity log of a message. */
  readonly record: (sender: Sender, messageId: string) => void;
};

/**
 * What strangers write is theirs to choose: one message of each in ten minutes is noted, and neither
 * memory nor the database grows with the others.
 */
export function createInboundGate({ markKnown, record }: Options) {
  /** By number: until when the person's messages say nothing new. In the order of writing. */
  const heard = new Map<string, number>();
  let writing = 0;

  async function take(sender: Sender, messageId: string): Promise<void> {
    const { phoneNumber } = sender;
    const isQuiet = (heard.get(phoneNumber) ?? 0) > performance.now();
    // Whoever is turned away here is noted with their next message.
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
    /** The person is a stranger again: their next message counts. */
    forget: (phoneNumber: string) => void heard.delete(phoneNumber),
    clear: () => heard.clear(),
  };
}
