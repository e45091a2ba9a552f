import { z } from 'zod';
import type { Faults } from '../faults.ts';
import { MediaFaultsBody } from './conversation-bodies.ts';

/** What a caller of the control server got wrong; the status is 400 or 404. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }
}

const digits = z.string().min(1);
const waiting = z.coerce.number().int().min(0).default(0);

export const Waiting = z.object({ after: waiting, waitMs: waiting });
export const NewPhone = z.strictObject({
  pn: digits.exactOptional(),
  dialled: z.array(digits).exactOptional(),
  name: z.string().exactOptional(),
  addressing: z.enum(['pn', 'lid']).exactOptional(),
  historySync: z.boolean().exactOptional(),
});
export const Qr = z.strictObject({ qr: z.string() });
export const Code = z.strictObject({ code: z.string() });
export const MessageId = z.strictObject({ id: z.string() });
export const Name = z.strictObject({ name: z.string() });
export const Dialled = z.strictObject({ numbers: z.array(digits) });
export const Device = z.strictObject({ device: z.number().int().exactOptional() });
export const BehaviourChange = z.strictObject({
  deliver: z.boolean().exactOptional(),
  read: z.boolean().exactOptional(),
  retryNext: z.number().int().min(0).exactOptional(),
});
export const Lock = z.strictObject({
  isActive: z.boolean(),
  endsAt: z.coerce.date().exactOptional(),
  type: z.string().exactOptional(),
  notify: z.boolean().exactOptional(),
});
export const Ending = z.union(
  [
    z.strictObject({ action: z.enum(['drop', 'conflict']), pn: digits.exactOptional() }),
    z.strictObject({
      action: z.enum(['stream-error', 'failure']),
      pn: digits.exactOptional(),
      code: z.number().int(),
    }),
  ],
  'write {"action":"drop"}, "conflict", or {"action":"stream-error","code":503}, "failure"; "pn" names one account',
);

const flag = z.boolean().exactOptional();
const count = z.number().int().min(0);
export const FaultsBody: z.ZodType<Faults> = z.strictObject({
  refuseUpgrade: count.exactOptional(),
  ignoreUpgrade: flag,
  loginFailure: count.exactOptional(),
  nackMessages: z.strictObject({ error: count, times: count }).exactOptional(),
  dropAcks: z.union([z.boolean(), count]).exactOptional(),
  loseMessages: flag,
  ackAfterMs: count.exactOptional(),
  dropReceipts: flag,
  onlyKnownChats: flag,
  silent: flag,
  latencyMs: count.exactOptional(),
  cutOnMessage: z.enum(['lost', 'delivered']).exactOptional(),
  minVersion: z.tuple([count, count, count]).exactOptional(),
  doubleReceipts: flag,
  groupQueryError: z.strictObject({ error: count, times: count }).exactOptional(),
  loseSkmsg: count.exactOptional(),
  loseSenderKeys: count.exactOptional(),
  media: MediaFaultsBody.exactOptional(),
});

/**
 * Reads a body as JSON or, where one field is enough, as that field's bare text.
 * @throws ControlError 400 that says what to write instead.
 */
export function parseBody<T>(text: string, schema: z.ZodType<T>, bareField?: string): T {
  const trimmed = text.trim();
  const isBare = bareField !== undefined && trimmed !== '' && !trimmed.startsWith('{');
  return check(schema, isBare ? { [bareField]: trimmed } : parseJson(trimmed || '{}'));
}

/** @throws ControlError 400 that names every fault. */
export function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  const fields = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const known = fields.length > 0 ? ` (there are: ${fields.join(', ')})` : '';
  throw new ControlError(400, faults.join('; ') + known);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, `the body must be JSON, as in -d '{"name":"Siti"}'`);
  }
}
