import { isTwilioPath } from './compat/twilio/format/twilio-error.ts';

/** Whether programs call a path: what it responds with is data, whatever the request accepts. */
export function isDataPath(path: string): boolean {
  return /^[/](api|metrics|[.]well-known)([/]|$)/.test(path) || isTwilioPath(path);
}
