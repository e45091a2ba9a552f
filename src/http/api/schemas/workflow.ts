import { z } from '@hono/zod-openapi';
import {
  deliveryGoals,
  LONGEST_WAIT_SECONDS,
  MOST_STEPS,
  SHORTEST_WAIT_SECONDS,
} from '../../../domain/delivery/workflow.ts';
import { channelOr } from './identifiers.ts';
import { fault } from './one-of.ts';

export const WORKFLOW_WORDS =
  'The channels to try, in this order, with the same code. The next step starts at once if a channel refuses the message, and after `waitSeconds` if `until` is not reported';

/** The steps of a request or of an account. Whether their channels are enabled is checked later. */
export const Workflow = z
  .array(
    z.strictObject({
      channel: channelOr().openapi({ description: 'The channel of this step' }),
      waitSeconds: z.int().min(SHORTEST_WAIT_SECONDS).max(LONGEST_WAIT_SECONDS).optional().openapi({
        description:
          'How long to wait for `until` before the next step starts; `DELIVERY_WAIT_SECONDS` by default',
      }),
      until: z.enum(deliveryGoals).optional().openapi({
        description:
          'What must be reported in time; `DELIVERY_UNTIL` by default. If the channel does not report delivery, the step is complete when it accepts the message',
      }),
    }),
  )
  .min(1)
  .max(MOST_STEPS)
  .refine(
    (steps) => new Set(steps.map(({ channel }) => channel)).size === steps.length,
    fault('conflict', 'must name each channel once'),
  )
  .openapi({
    description: WORKFLOW_WORDS,
    example: [{ channel: 'whatsapp', waitSeconds: 30, until: 'delivered' }],
  });
