/** The fields that a line shows, in their order. */
const FIELDS = [
  'accountId',
  'sessionId',
  'phoneNumber',
  'email',
  'verificationId',
  'details',
  'errorMessage',
] as const;

/** Characters with which a text could change what else the terminal shows. */
const CONTROLS = /[\p{Cc}\p{Cf}]/gu;

/** One line for an entry of the activity log: when, how it ended, what, and the fields that it has. */
export function describeActivity(activity: Readonly<Record<string, unknown>>): string {
  const { createdAt, status, action, durationMs } = activity;
  const fields = FIELDS.flatMap((name) => {
    const value = activity[name];
    return typeof value === 'string' && value !== '' ? [`${name}=${value}`] : [];
  });
  const parts = [createdAt, String(status).padEnd(7), action, ...fields];
  const took = typeof durationMs === 'number' ? ` (${durationMs} ms)` : '';
  return `${parts.join('  ')}${took}`.replaceAll(CONTROLS, ' ');
}
