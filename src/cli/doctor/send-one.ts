import type { DoctorContext } from './context.ts';
import { error, type Finding, ok } from './finding.ts';

const TIMEOUT_MS = 60_000;

const CHECK = 'channels.send';

/** Has the running service send a code to a number, over HTTP, as an application would. */
export async function sendOne(
  { config, secrets }: DoctorContext,
  phoneNumber: string,
): Promise<Finding> {
  const { host, port } = config.http;
  const url = `http://${toReachable(host)}:${port}/api/otp/send`;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': secrets.apiKey },
      body: JSON.stringify({ phoneNumber, purpose: 'doctor' }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (response.ok) return ok(CHECK, `Sent a code to ${phoneNumber}`);
    const next = 'See the meaning of the code in docs/api.md, and the timeline in the console';
    return error(CHECK, `The service answered ${response.status}: ${readProblem(text)}`, next);
  } catch (cause) {
    const { message, cause: inner } = cause as Error;
    const why = inner instanceof Error ? inner.message : message;
    return error(CHECK, `${url} does not respond: ${why}`, 'Start the service on this machine');
  }
}

/** A service that listens on all addresses is also on the loopback address. */
function toReachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function readProblem(text: string): string {
  try {
    const { code, detail, message } = JSON.parse(text) as Record<string, unknown>;
    return [code, detail ?? message].filter((part) => typeof part === 'string').join(': ');
  } catch {
    return text.slice(0, 200);
  }
}
