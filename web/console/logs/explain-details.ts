import type { Activity } from '../../lib/types.ts';

/** The kind of codes that the details of an action consist of. */
const KINDS: Readonly<Record<string, string>> = {
  limit_hit: 'limit',
  otp_send: 'channel',
  otp_verify: 'attempt',
  otp_expire: 'attempt',
  connection_close: 'reason',
};

/** Their details have names that users have chosen, which may look like codes. */
const WITH_NAMES = /^(key_\w+|sender_change|file_upload)$/;

/** A code or the name of a field: an item of the details, or the first word of one. */
const CODE = /(?<=^|: |, |; |[(])[a-z]+(?:_[a-z]+)*(?:[A-Z][a-z]+)*(?=$|[ ,;:)])/g;

/** A caller, as `formatPrincipal` of the service names it. */
const CALLER = /\bbootstrap\b|\b(?:key|user|hook):[\w-]+/g;

const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

type Language = {
  /** Translates a code, or returns it as it is. */
  readonly name: (kind: string, code: string | null) => string;
  readonly exact: (time: string) => string;
  readonly nameCaller: (caller: string) => string;
};

/** Replaces the codes, credentials and times in the details of an entry by what users call them. */
export function explainDetails(
  { action, details }: Pick<Activity, 'action' | 'details'>,
  { name, exact, nameCaller }: Language,
): string {
  if (details === null) return '';
  const kind = KINDS[action];
  if (kind !== undefined) return name(kind, details);
  if (action === 'workflow_change') {
    const codes = details.split(', ').map((code) => name('channel', code));
    return codes.map((code) => name('note', code)).join(', ');
  }
  const isPlain = WITH_NAMES.test(action);
  const said = isPlain ? details : details.replaceAll(CODE, (code) => name('note', code));
  return said.replaceAll(MOMENT, exact).replaceAll(CALLER, nameCaller);
}
