/** Values of a span: names from closed lists, and numbers. Never a phone number, an address, a code or a text. */
type SpanValues = Readonly<Record<string, string | number | boolean>>;

/** A step of a trace, while it runs. */
export type Span = {
  set(values: SpanValues): void;
  /** Marks the step as failed. */
  fail(): void;
  /** Lets later work for the same thing, such as a receipt for a message, continue this trace. Kept in memory only. */
  remember(key: string): void;
};

type SpanOptions = {
  /** `server`: a request to us. `client`: a request to another service. */
  readonly kind?: 'server' | 'client';
  /** The `traceparent` header of the request (W3C Trace Context). An invalid one is ignored. */
  readonly traceparent?: string | undefined;
  readonly values?: SpanValues;
};

type Task<T> = (span: Span) => Promise<T>;

/** Records what the service does as traces. */
export type Tracer = {
  /**
   * Runs a task as a step of the step that is running. If it throws, the step is marked as failed; the error, whose message
   * may have personal data, is not recorded.
   */
  run<T>(name: string, options: SpanOptions, task: Task<T>): Promise<T>;

  /** Runs a task as a step of the trace that remembered `key`; without a step if none did, or long ago. */
  resume<T>(key: string, name: string, values: SpanValues, task: () => Promise<T>): Promise<T>;

  /** Sends what is buffered. */
  close(): Promise<void>;
};
