import { z } from 'zod';
import {
  type DeliveryFailureReason,
  deliveryFailureReasons,
} from '../../domain/delivery/delivery.ts';
import { parseJson } from '../../lib/json.ts';
import { ChannelError } from '../contract.ts';
import { isSuccess, type ProviderResponse, reasonOfStatus } from '../provider-request.ts';
import { findAt } from './json-path.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One rule: the responses that fulfil all of its conditions have failed for `reason`. */
export const FailureRule = z
  .strictObject({
    status: z.int().min(100).max(599).optional(),
    /** Where in a JSON body; without it, `equals` and `contains` are about the whole text. */
    path: z.string().min(1).optional(),
    equals: Scalar.optional(),
    contains: z.string().min(1).optional(),
    reason: z.enum(deliveryFailureReasons),
  })
  .refine(({ reason, ...conditions }) => Object.keys(conditions).length > 0);
export type FailureRule = z.output<typeof FailureRule>;

/**
 * Returns why a response does not accept the message; undefined if it does. The first rule that fits decides, and
 * otherwise the status.
 */
export function findFailure(
  rules: readonly FailureRule[],
  response: ProviderResponse,
): ChannelError | undefined {
  const { status, text } = response;
  const body = rules.length === 0 ? undefined : parseJson(text);
  const index = rules.findIndex((rule) => fits(rule, response, body));
  const rule = rules[index];
  if (rule !== undefined) {
    const details = `the gateway returned ${status}, rule ${index + 1} of HTTP_CHANNEL_FAILURES`;
    return new ChannelError(rule.reason, details, {
      mayHaveArrived: rule.reason === 'timeout' || isUnclear(status, rule.reason),
    });
  }
  if (isSuccess(status)) return undefined;
  const reason = reasonOfStatus(status);
  return new ChannelError(reason, `the gateway returned ${status}`, {
    mayHaveArrived: isUnclear(status, reason),
  });
}

function fits(rule: FailureRule, { status, text }: ProviderResponse, body: unknown): boolean {
  if (rule.status !== undefined && rule.status !== status) return false;
  const { path, equals, contains } = rule;
  const value = path === undefined ? text : findAt(body, path);
  if (path !== undefined && value === undefined) return false;
  if (equals !== undefined && toText(value) !== toText(equals)) return false;
  return contains === undefined || toText(value).includes(contains);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The gateway, or a load balancer in front of it, may have passed the message on before it failed. */
function isUnclear(status: number, reason: DeliveryFailureReason): boolean {
  return status >= 500 && reason === 'unavailable';
}
