import type { DeliveryGoal } from '../domain/delivery/workflow.ts';
import type { Counter, CounterHit } from './limits/counter.ts';
import type { NewVerificationRow } from './verification/verification-row.ts';

/** An attempt to spend, with the number of attempts that the verification may have had. */
export type Spending = { readonly id: number; readonly maxAttempts: number };

type CountCall = {
  /** The counters to increase: all, or none if one of them is full. At least one, in the order of their keys. */
  readonly hits: readonly CounterHit[];
  /** Counters to read without counting. */
  readonly watched: readonly CounterHit[];
  /** The attempt to spend if all hits are counted and no watched counter is full. */
  readonly spending?: Spending | undefined;
  readonly now: Date;
};

type CountOutcome = {
  readonly isGranted: boolean;
  /** The existing counters of the hits and of `watched`, as they are afterwards. */
  readonly counters: readonly Counter[];
  /** Whether the attempt was spent; undefined if that was not tried. */
  readonly isSpent: boolean | undefined;
};

type OpenCall = {
  readonly row: NewVerificationRow;
  /** The first attempt to deliver its message; undefined if none is made. */
  readonly delivery: FirstDelivery | undefined;
  /** The live verification ends if it expires by then. */
  readonly replacedUntil: Date;
  readonly now: Date;
};

export type FirstDelivery = {
  readonly channel: string;
  readonly messageId: string;
  /** What its step waits for. */
  readonly until: DeliveryGoal;
};

type AcceptCall = {
  readonly verificationId: string;
  readonly channel: string;
  readonly messageId: string;
  /** The provider's ID of the message, if its receipts do not name ours. */
  readonly providerMessageId: string | undefined;
  /** When the next step of the workflow starts; undefined if it waits for nothing. */
  readonly dueAt: Date | undefined;
  /** The session that sent the message, if it is not the one with which the attempt began. */
  readonly sessionId: string | undefined;
  /** For operators. */
  readonly details: string | undefined;
  readonly now: Date;
};

/** What a correct code does to counters: some are deleted, others count one event less. */
export type Settlement = {
  readonly cleared: readonly string[];
  readonly refunded: readonly CounterHit[];
};

type VerifyCall = {
  readonly id: number;
  readonly settlement: Settlement;
  readonly now: Date;
};

/**
 * The writes of a send and of a check. Each is guarded, and durable when it resolves. On SQLite each is atomic and one
 * trip to the database. On a server it may be several statements, in an order in which a crash never leaves a free
 * attempt.
 */
export type Procedures = {
  countEvents(call: CountCall): Promise<CountOutcome>;
  /**
   * Inserts a verification and its first delivery, and ends the live one; false if another caller was first, or the live
   * one stays.
   */
  openVerification(call: OpenCall): Promise<boolean>;
  /** Stores that a channel accepted the message; false if the verification is counted or its send has failed. */
  acceptDelivery(call: AcceptCall): Promise<boolean>;
  /** Uses up a verification and settles its counters; false, without a change, if it is no longer live. */
  verify(call: VerifyCall): Promise<boolean>;
  /** Subtracts one event from each counter that still counts it. */
  refundEvents(hits: readonly CounterHit[], now: Date): Promise<void>;
};
