/** What an event says: plain values, without a code; phone numbers are masked. */
export type EventData = Readonly<Record<string, string | number | boolean | null>>;

/** An event that is to be recorded. */
export type NewEvent = {
  /** Derived from what happened, so that recording it twice has no effect. */
  readonly eventId: string;
  readonly accountId: string;
  readonly type: string;
  /** The verification, session or endpoint that it is about. */
  readonly subject: string;
  /** The stored ID of the session concerned. */
  readonly sessionId?: string | undefined;
  readonly purpose?: string | undefined;
  readonly data: EventData;
  readonly occurredAt: Date;
};
