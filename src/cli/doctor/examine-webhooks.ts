import type { Database } from '../../storage/database.ts';
import { countOf, error, type Finding, ok, warning } from './finding.ts';

const CHECK = 'webhooks.endpoints';
const LOOK =
  'Look at its deliveries in the console, fix the endpoint, then enable it or replay them';

/** Checks whether endpoints accept what is pushed to them. Paused ones are left out. */
export async function examineWebhooks({ models }: Database): Promise<Finding[]> {
  const webhooks = await models.Webhook.findRows({ order: [['id', 'ASC']] });
  const findings = webhooks.flatMap((webhook): Finding[] => {
    const { webhookId, isActive, disabledReason, failures, failingSince, lastError } = webhook;
    const why = lastError === undefined ? '' : `: ${lastError}`;
    if (disabledReason !== undefined && !isActive) {
      return [error(CHECK, `${webhookId} was disabled (${disabledReason})${why}`, LOOK)];
    }
    if (!isActive || failures === 0) return [];
    const since = failingSince === undefined ? '' : ` since ${failingSince.toISOString()}`;
    return [warning(CHECK, `${webhookId} has failed ${failures} times${since}${why}`, LOOK)];
  });
  return findings.length > 0
    ? findings
    : [ok(CHECK, `${countOf(webhooks.length, 'webhook')}, none fails`)];
}
