import { toList, toText } from '../../lib/input/text-list.ts';
import type { Webhook } from '../../lib/types.ts';

/** An endpoint as a form holds it. Sessions and purposes are separated by commas; empty means all. */
export type Draft = {
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly sessions: string;
  readonly purposes: string;
  readonly fullNumbers: boolean;
};

export const EMPTY_DRAFT: Draft = {
  ...{ url: '', description: '', events: ['*'] },
  ...{ sessions: '', purposes: '', fullNumbers: false },
};

export function toDraft({ url, events, fullNumbers, ...webhook }: Webhook): Draft {
  return {
    ...{ url, events, fullNumbers },
    description: webhook.description ?? '',
    sessions: toText(webhook.sessions),
    purposes: toText(webhook.purposes),
  };
}

/** The body of the request. A change empties what was left empty; a new endpoint has no such fields. */
export function toBody(draft: Draft, kind: 'create' | 'change') {
  const optional = {
    description: draft.description.trim() || null,
    sessions: toList(draft.sessions),
    purposes: toList(draft.purposes),
  };
  const given = Object.entries(optional).filter(([, value]) => kind === 'change' || value !== null);
  const { events, fullNumbers } = draft;
  return { url: draft.url.trim(), events, fullNumbers, ...Object.fromEntries(given) };
}
