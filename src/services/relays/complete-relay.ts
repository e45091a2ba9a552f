import type { Caller } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import { deliver } from '../delivery/deliver.ts';
import type { ConsumedBudget } from '../verification/limits/send-budget.ts';
import type { RelayContext } from './context.ts';
import { type RelayFacts, toRelayMessage } from './relay-facts.ts';

/** The error of a send that did not happen. */
export type Unsent = AppError | undefined;

/** Who sends a message, and to whom. */
type Sender = { readonly caller: Caller; readonly recipient: Recipient };

/** A message that is stored and counted, and can be handed to its channels. */
export type PreparedRelay = {
  readonly relayId: string;
  readonly facts: RelayFacts;
  readonly eraseAt: Date;
  readonly budget: ConsumedBudget;
};

/** Hands the message to its channels, and stores how that ended. Never throws. */
export async function completeRelay(
  ctx: RelayContext,
  { caller, recipient }: Sender,
  { relayId, facts, eraseAt, budget }: PreparedRelay,
): Promise<Unsent> {
  const { relays, limiter, metrics, now } = ctx;
  const relay = { relayId, accountId: caller.accountId, ...recipient };
  let mayHaveLeft = false;
  try {
    const message = toRelayMessage(ctx, relay, facts, eraseAt);
    const result = await deliver(ctx.delivery, message, { steps: facts.steps });
    metrics.relays.inc({ outcome: result.isAccepted ? 'accepted' : 'failed' });
    if (result.isAccepted) return undefined;
    const { error, mayHaveArrived } = result;
    mayHaveLeft = mayHaveArrived;
    const ending = { status: 'failed', reason: error.code, isRepeatable: !mayHaveArrived } as const;
    await relays.end(relayId, ending, now());
    if (!mayHaveArrived) await limiter.refund(caller, budget.hits);
    return error;
  } catch (fault) {
    if (!mayHaveLeft) return refuseRelay(ctx, relayId, fault, budget, caller);
    // The same event must not be sent again. The message ends with its code.
    ctx.logger.error({ err: fault, relayId }, 'could not store the outcome of a relayed message');
    return toUnsent(fault);
  }
}

function toUnsent(fault: unknown): AppError {
  if (fault instanceof AppError) return fault;
  return new AppError('internal_error', 'The message was not sent', { cause: fault });
}

/** Ends a message that was not sent. Returns the error for the caller. */
export async function refuseRelay(
  ctx: RelayContext,
  relayId: string,
  fault: unknown,
  budget?: ConsumedBudget,
  caller?: Caller,
): Promise<AppError> {
  const { relays, limiter, logger, metrics, now } = ctx;
  const error = toUnsent(fault);
  if (error !== fault) logger.error({ err: fault, relayId }, 'a relayed message was not sent');
  metrics.relays.inc({ outcome: 'refused' });
  const ending = { status: 'refused', reason: error.code, isRepeatable: true } as const;
  const undo = async () => {
    await relays.end(relayId, ending, now());
    if (budget && caller) await limiter.refund(caller, budget.hits);
  };
  await undo().catch((err: unknown) => {
    logger.error({ err, relayId }, 'could not end a relayed message; it ends with its code');
  });
  return error;
}
