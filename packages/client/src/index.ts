export { createWaverify, type Waverify } from './client.ts';
export { type ErrorCode, type FieldError, readError, WaverifyError } from './errors.ts';
export type { ServerEvent } from './events.ts';
export type { components } from './generated/api.ts';
export { listAll } from './list-all.ts';
export type { Input, Name, Result } from './operation-types.ts';
export type { RequestOptions, Settings } from './request.ts';
export { verifyWebhook, type WebhookEvent } from './webhooks.ts';
