import type { z } from 'zod';
import type { InboxMessage, Lab, Phone } from '../lab.ts';

/** A message with the phone that read it, numbered in the order of reading. */
export type FeedEntry = InboxMessage & { readonly n: number; readonly to: string };

export type Call = {
  readonly lab: Lab;
  readonly feed: readonly FeedEntry[];
  /** Reads the body; `bareField` may stand alone, without JSON. */
  read<T>(schema: z.ZodType<T>, bareField?: string): T;
  /** What is new in a list, in the words of the query: `after=N` and `waitMs=MS`. */
  fresh(list: readonly unknown[]): Promise<unknown>;
};
export type Answer = (call: Call) => unknown;
export type PhoneAnswer = (phone: Phone, call: Call) => unknown;
