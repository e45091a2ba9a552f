import { z } from '@hono/zod-openapi';
import { deliveryGoals } from '../../../domain/delivery/workflow.ts';
import { shownChannelOr } from '../schemas/identifiers.ts';
import { oneOfOrNull } from '../schemas/one-of.ts';
import { Workflow } from '../schemas/workflow.ts';

export const WorkflowBody = z
  .strictObject({ workflow: Workflow })
  .openapi('WorkflowRequest', { description: 'The workflow of an account.' });

export const workflowExample = [
  { channel: 'whatsapp', waitSeconds: 20, until: 'delivered' },
  { channel: 'twilio' },
];

export const AccountWorkflow = z
  .object({
    accountId: z.string().describe('The ID of the account'),
    workflow: z
      .array(
        z.object({
          channel: shownChannelOr().describe('The channel of this step'),
          waitSeconds: z
            .int()
            .nullable()
            .describe('Seconds until the next step; null for `DELIVERY_WAIT_SECONDS`'),
          until: oneOfOrNull(deliveryGoals).describe(
            'What must be reported in time; null for `DELIVERY_UNTIL`',
          ),
        }),
      )
      .describe('The steps as they were saved; empty if the channels of `OTP_CHANNELS` are tried'),
  })
  .openapi('Workflow', { description: 'The workflow of an account.' });

export const DeletedWorkflow = z.object({
  accountId: z.string().describe('The ID of the account'),
});
