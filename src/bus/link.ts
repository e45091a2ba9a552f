/** An open connection to a server that passes messages on to all nodes. */
export type Link = {
  /** Sends messages to all nodes, this one included, in this order. One call follows the other. */
  send(messages: readonly string[]): Promise<void>;
  /** Takes leave of the server, and waits until the connection is closed. */
  close(): Promise<void>;
};

export type LinkEvents = {
  readonly onMessage: (text: string) => void;
  /** The connection is lost. Only the first call counts. */
  readonly onEnd: (error: Error) => void;
  /** Ends the connection at once when it is aborted, even while it is being opened. */
  readonly signal: AbortSignal;
};

export type OpenLink = (events: LinkEvents) => Promise<Link>;
