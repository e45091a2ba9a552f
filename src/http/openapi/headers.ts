/** Header fields of responses, described once under `components`. */
export const headerComponents = {
  RetryAfter: {
    description: 'Seconds until the same request may succeed, if that is known',
    schema: { type: 'integer', minimum: 0, example: 42 },
  },
  RateLimitPolicy: {
    description:
      'The limits that the request counts towards: `q` requests in a window of `w` seconds (draft-ietf-httpapi-ratelimit-headers)',
    schema: { type: 'string', example: '"otp-send-phone-hour";q=5;w=3600' },
  },
  RateLimit: {
    description:
      'What is left of each limit: `r` requests now. If the limit is reached, `t` is the number of seconds until the next request is accepted; otherwise, until the count is 0 again',
    schema: { type: 'string', example: '"otp-send-phone-hour";r=2;t=1201' },
  },
  Location: {
    description: 'The path of what was created',
    schema: { type: 'string', example: '/api/sessions/default' },
  },
  IdempotentReplayed: {
    description:
      '`true` if this is the response to an earlier request with the same `Idempotency-Key`',
    schema: { type: 'string', enum: ['true'] },
  },
  PreferenceApplied: {
    description: 'The preference in `Prefer` that the response follows (RFC 7240)',
    schema: { type: 'string', enum: ['respond-async'] },
  },
  WwwAuthenticate: {
    description: 'How to authenticate',
    schema: { type: 'string', example: 'Bearer realm="waverify"' },
  },
} as const;

/** Header fields of one response, by reference. */
export type HeaderFields = Readonly<Record<string, { readonly $ref: string }>>;

function refer(component: keyof typeof headerComponents): { $ref: string } {
  return { $ref: `#/components/headers/${component}` };
}

export const retryAfterHeader: HeaderFields = { 'Retry-After': refer('RetryAfter') };
export const rateLimitHeaders: HeaderFields = {
  'RateLimit-Policy': refer('RateLimitPolicy'),
  RateLimit: refer('RateLimit'),
};
export const locationHeader: HeaderFields = { Location: refer('Location') };
export const replayedHeader: HeaderFields = { 'Idempotent-Replayed': refer('IdempotentReplayed') };
export const preferenceHeader: HeaderFields = { 'Preference-Applied': refer('PreferenceApplied') };
export const authenticateHeader: HeaderFields = { 'WWW-Authenticate': refer('WwwAuthenticate') };
