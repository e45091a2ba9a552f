/** `PENDING`: not tried yet. `RETRYING`: tried, and tried again later. */
export const webhookDeliveryStatuses = ['PENDING', 'RETRYING', 'SUCCESS', 'FAILED'] as const;
export type WebhookDeliveryStatus = (typeof webhookDeliveryStatuses)[number];

/** `paused`: by a person. `gone`: the endpoint answered 410. `failing`: for days, no attempt succeeded. */
export const webhookDisabledReasons = ['paused', 'gone', 'failing'] as const;
export type WebhookDisabledReason = (typeof webhookDisabledReasons)[number];

/** Why an endpoint is disabled by what it answers. */
export type PushDisabledReason = Exclude<WebhookDisabledReason, 'paused'>;

/** An endpoint that has failed for so long, and so often, is disabled. */
export const DISABLE_AFTER_SECONDS = 3 * 86_400;
export const DISABLE_AFTER_FAILURES = 10;

/** An endpoint that has failed for so long, and so often in a row, is reported. A single failure is soon tried again. */
export const REPORT_AFTER_SECONDS = 300;
export const REPORT_AFTER_FAILURES = 3;

/** The status of a response that disables an endpoint at once. */
export const GONE = 410;
