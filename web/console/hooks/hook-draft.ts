import { toList, toText } from '../../lib/input/text-list.ts';
import type { Hook } from '../../lib/types.ts';

/** A hook as a form holds it. Lists are separated by commas; an empty text means none of its own. */
export type Draft = {
  readonly description: string;
  readonly companyName: string;
  readonly channels: string;
  readonly regions: string;
  readonly codeTtlSeconds: string;
  readonly sendsPerHour: string;
  readonly relayText: boolean;
  readonly linkDomains: string;
};

/** What can only be chosen for a new hook. */
export type NewDraft = Draft & {
  readonly dialect: Hook['dialect'];
  readonly mode: Hook['mode'];
  readonly secret: string;
};

const EMPTY: Draft = {
  ...{ description: '', companyName: '', channels: '', regions: '', linkDomains: '' },
  ...{ codeTtlSeconds: '600', sendsPerHour: '', relayText: false },
};

export const EMPTY_DRAFT: NewDraft = { ...EMPTY, dialect: 'supabase', mode: 'live', secret: '' };

export function toDraft(hook: Hook): Draft {
  return {
    description: hook.description ?? '',
    companyName: hook.companyName ?? '',
    channels: toText(hook.channels),
    regions: toText(hook.regions),
    codeTtlSeconds: String(hook.codeTtlSeconds),
    sendsPerHour: hook.sendsPerHour === null ? '' : String(hook.sendsPerHour),
    relayText: hook.relayText,
    linkDomains: toText(hook.linkDomains),
  };
}

/** The body of a change: what was left empty is emptied. */
export function toChanges(draft: Draft) {
  const { sendsPerHour } = draft;
  return {
    description: draft.description.trim() || null,
    companyName: draft.companyName.trim() || null,
    channels: toList(draft.channels),
    regions: toList(draft.regions.toUpperCase()),
    codeTtlSeconds: Number(draft.codeTtlSeconds),
    sendsPerHour: sendsPerHour === '' ? null : Number(sendsPerHour),
    relayText: draft.relayText,
    linkDomains: toList(draft.linkDomains),
  };
}

/** The body that creates a hook. */
export function toBody({ dialect, mode, secret, ...draft }: NewDraft) {
  return { dialect, mode, ...(secret !== '' && { secret }), ...toChanges(draft) };
}
