import type { Row } from './report.ts';
import type { CodeSink } from './support/code-sink.ts';
import type { PhoneNumbers } from './support/phone-numbers.ts';
import type { ServerKeeper } from './support/server-keeper.ts';

/** What a figure may use. Whatever it starts through `servers` is stopped when it is done. */
export type Bench = {
  readonly servers: ServerKeeper;
  readonly sink: CodeSink;
  readonly phoneNumbers: PhoneNumbers;
  /** A new path in a directory that the run removes at its end. */
  drawPath(): string;
};

/** One question that the bench answers, in one row of its table or more. */
export type Figure = {
  readonly name: string;
  measure(bench: Bench): Promise<readonly Row[]>;
};
