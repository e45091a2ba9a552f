import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import type { HookDialect } from '../../../src/domain/hooks/hook.ts';
import { API_KEY } from './client.ts';
import type { Harness } from './harness.ts';

type Headers = Readonly<Record<string, string>>;
type Json = Readonly<Record<string, unknown>>;

/** A call as a server makes it, kept in test/support/hooks/recorded. */
export type RecordedCall = {
  readonly dialect: HookDialect;
  readonly secret: string;
  readonly headers: Headers;
  readonly body: Json;
  readonly delivers: { readonly to: string; readonly code: string; readonly purpose: string };
};

export type CallAnswer = {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly text: string;
  readonly json: unknown;
};

type Call = {
  readonly body?: unknown;
  /** The body as it is sent, in place of JSON. */
  readonly raw?: string;
  readonly headers?: Headers;
  /** Changes the headers after the call is signed. */
  readonly change?: (headers: Headers) => Headers;
  /** When it is signed, in seconds from now. */
  readonly signedIn?: number;
  readonly secret?: string;
};

const FOLDER = new URL('../hooks/recorded/', import.meta.url);

export function readRecordedCall(name: string): RecordedCall {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as RecordedCall;
}

/** How a server proves a call. Only Standard Webhooks has a library; the others are written after their sources. */
const SIGNS: Partial<
  Readonly<Record<HookDialect, (secret: string, raw: string, at: Date) => Headers>>
> = {
  supabase(secret, raw, at) {
    const id = randomUUID();
    const signature = new Webhook(secret.replace('v1,', '')).sign(id, at, raw);
    const seconds = String(Math.floor(at.getTime() / 1000));
    return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature };
  },
  zitadel(secret, raw, at) {
    const seconds = Math.floor(at.getTime() / 1000);
    const hex = createHmac('sha256', secret).update(`${seconds}.${raw}`).digest('hex');
    return { 'zitadel-signature': `t=${seconds},v1=${hex}` };
  },
  authgear(secret, raw) {
    const hex = createHmac('sha256', secret).update(raw).digest('hex');
    return { 'x-authgear-body-signature': hex };
  },
  kratos: (secret) => ({ 'x-waverify-hook-key': secret }),
  keycloak: (secret) => ({
    authorization: `Basic ${Buffer.from(`waverify:${secret}`).toString('base64')}`,
  }),
};

/** Makes hooks, and calls them as servers do. */
export function createHookCalls(h: Pick<Harness, 'url'> & Partial<Pick<Harness, 'now'>>) {
  const { now = () => new Date() } = h;

  async function api(method: string, path: string, body?: unknown, key = API_KEY) {
    const answer = await fetch(`${h.url}/api/hooks${path}`, {
      method,
      headers: {
        'x-api-key': key,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json = (await answer.json()) as { readonly data?: Json; readonly code?: string };
    return { status: answer.status, data: json.data ?? {}, code: json.code };
  }

  async function create(dialect: HookDialect, fields: Json = {}, key = API_KEY) {
    const { status, data } = await api('POST', '', { dialect, ...fields }, key);
    if (status !== 201) throw new Error(`the hook was not created: ${status}`);
    return connect(dialect, String(data['id']), String(data['secret']));
  }

  /** A server that has the address of a hook and its secret. */
  function connect(dialect: HookDialect, id: string, secret: string) {
    const path = `/api/hooks/${dialect}/${id}`;

    function sign(raw: string, { signedIn = 0, secret: own = secret }: Call = {}): Headers {
      const at = new Date(now().getTime() + signedIn * 1000);
      const signs = SIGNS[dialect];
      return signs ? signs(own, raw, at) : { authorization: `Bearer ${own}` };
    }

    async function call(asked: Call): Promise<CallAnswer> {
      const raw = asked.raw ?? JSON.stringify(asked.body);
      const { change = (headers: Headers) => headers } = asked;
      const signed = { ...sign(raw, asked), 'content-type': 'application/json', ...asked.headers };
      return post(raw, change(signed));
    }

    /** Sends a call as it is. */
    async function post(raw: string, headers: Headers): Promise<CallAnswer> {
      const answer = await fetch(`${h.url}${path}`, { method: 'POST', headers, body: raw });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text, json: parse(text) };
    }

    async function calls() {
      const { data } = await api('GET', `/${id}/calls`);
      return data['items'] as readonly Json[];
    }

    return { id, secret, path, sign, call, post, calls };
  }

  return { api, create, connect };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
