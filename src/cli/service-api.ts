/** How a command reaches a running service. */
export type ServiceApi = {
  /** Without a slash at the end, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly apiKey: string;
};

/** What became of a call. The texts are for people. */
export type ServiceAnswer =
  | { readonly outcome: 'done'; readonly data: unknown }
  | { readonly outcome: 'refused'; readonly status: number; readonly problem: string }
  | { readonly outcome: 'unreachable'; readonly reason: string };

type Call = { readonly path: string; readonly body?: object };

const TIMEOUT_MS = 60_000;

/** The address at which a service on this machine is reached: one that listens on all is also on the loopback. */
export function toServiceUrl({ host, port }: { readonly host: string; readonly port: number }) {
  const isAll = host === '0.0.0.0' || host === '::';
  const reachable = isAll ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Calls a route of a running service as an application does: POST if there is a body, else GET. */
export async function callService(
  { url, apiKey }: ServiceApi,
  { path, body }: Call,
): Promise<ServiceAnswer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}${path}`, {
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (cause) {
    return { outcome: 'unreachable', reason: `${url} does not respond: ${describeCause(cause)}` };
  }
  const answer = parseJson(text);
  if (response.ok && answer) return { outcome: 'done', data: answer['data'] };
  return { outcome: 'refused', status: response.status, problem: describeProblem(answer, text) };
}

/** fetch says why it failed in the cause of its error, whose message is empty if it tried several addresses. */
function describeCause(error: unknown): string {
  const { message, cause } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message || String((cause as NodeJS.ErrnoException).code);
}

function describeProblem(answer: Record<string, unknown> | undefined, text: string): string {
  if (!answer) return text.slice(0, 200);
  const { code, detail, message } = answer;
  return [code, detail ?? message].filter((part) => typeof part === 'string').join(': ');
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
