/** What a wake-up is about. */
export const TOPICS = ['command', 'reply', 'session', 'verification'] as const;
export type Topic = (typeof TOPICS)[number];

/** The most characters of the ID in a wake-up. */
export const LONGEST_ID = 200;

/**
 * Wakes the other nodes of a database. The database is the truth: a wake-up only says that something may have changed.
 * Wake-ups can be lost or arrive twice, so a listener also reads the database from time to time.
 */
export type Bus = {
  /**
   * Wakes the listeners of a topic on all nodes, this one included, without waiting for them. `id` names what has
   * changed: at most 200 characters, and no personal data. Never throws.
   */
  publish(topic: Topic, id: string): void;
  /** Calls `listener` with the ID of each wake-up, until the returned function is called. */
  subscribe(topic: Topic, listener: (id: string) => void): () => void;
  /** Whether wake-ups of other nodes arrive at present. If not, read the database more often. */
  isConnected(): boolean;
  /** Sends what was published, if the server answers soon, and ends all connections. */
  close(): Promise<void>;
};
