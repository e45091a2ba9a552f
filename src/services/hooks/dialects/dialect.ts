import type { HookEvent } from '../../../domain/hooks/hook.ts';

/** What proves that a call is from the server that has the secret. */
export type Authentication =
  /** Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`. */
  | 'standard_webhooks'
  /** `ZITADEL-Signature: t=…,v1=…`. */
  | 'zitadel'
  /** `x-authgear-body-signature`, which has no time. */
  | 'authgear'
  /** The secret itself, in `Authorization` or `X-Waverify-Hook-Key`. */
  | 'secret';

/** What a call has, after its authentication. */
type CallContent = {
  /** The JSON object or the fields of the form. */
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
};

/** The format of the calls of one server. */
export type Dialect = {
  readonly authentication: Authentication;
  /** Reads what a call asks for. @throws {AppError} `validation_failed` */
  read(content: CallContent): HookEvent;
};
