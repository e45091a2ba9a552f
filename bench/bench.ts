import type { Row } from './report.ts';
import type { CodeSink } from './support/code-sink.ts';
import type { PhoneNumbers } from './support/phone-numbers.ts';
import type { ServerKeeper } from './support/server-keeper.ts';

/** What a figure may use. Servers that it starts through `servers` are stopped at its end. */
export type Bench = {
  readonly servers: ServerKeeper;
  readonly sink: CodeSink;
  readonly phoneNumbers: PhoneNumbers;
  /** The most rounds of a comparison. */
  readonly mostRounds: number;
  /** Returns a new path in a directory that the run deletes at its end. */
  drawPath(): string;
};

/** A question that the benchmark answers in one or more rows of its table. */
export type Figure = {
  readonly name: string;
  measure(bench: Bench): Promise<readonly Row[]>;
};
