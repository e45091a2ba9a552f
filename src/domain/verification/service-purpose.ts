/**
 * How the purpose of a verify service begins: a service that callers use as they use Twilio Verify. Its codes have limits
 * of their own, so no other purpose may begin like this.
 */
export const SERVICE_PURPOSE = 'tw-';

/** Whether a purpose is that of a verify service. */
export function isServicePurpose(purpose: string): boolean {
  return purpose.startsWith(SERVICE_PURPOSE);
}
