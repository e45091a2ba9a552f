import { callService, toServiceUrl } from '../service-api.ts';
import type { DoctorContext } from './context.ts';
import { error, type Finding, ok } from './finding.ts';

const CHECK = 'channels.send';

/** Has the running service send a code to a number, over HTTP, as an application would. */
export async function sendOne(
  { config, secrets }: DoctorContext,
  phoneNumber: string,
): Promise<Finding> {
  const api = { url: toServiceUrl(config.http), apiKey: secrets.apiKey };
  const body = { phoneNumber, purpose: 'doctor' };
  const answer = await callService(api, { path: '/api/otp/send', body });
  if (answer.outcome === 'done') return ok(CHECK, `Sent a code to ${phoneNumber}`);
  if (answer.outcome === 'unreachable') {
    return error(CHECK, answer.reason, 'Start the service on this machine');
  }
  const next = 'See the meaning of the code in docs/api.md, and the timeline in the console';
  return error(CHECK, `The service answered ${answer.status}: ${answer.problem}`, next);
}
