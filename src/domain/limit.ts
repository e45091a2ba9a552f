/** At most `max` events of one subject in a window that its first event opens. */
export type Limit = {
  /** Its name in headers, metrics and counters. */
  readonly name: string;
  /** 0 switches the limit off. */
  readonly max: number;
  /** Undefined: the count ends only when it is cleared. */
  readonly windowSeconds: number | undefined;
  /** Counted over all accounts, and therefore shown to none: it would tell one about the others. */
  readonly isShared?: boolean;
};

/** One event of one subject, to be counted against one limit. */
export type Claim = { readonly limit: Limit; readonly subject: string };

/** How one limit stands after a claim. */
export type Standing = Claim & {
  readonly used: number;
  /** Seconds until its window ends; undefined when it has none. */
  readonly resetSeconds: number | undefined;
};
