import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Contact, Page } from '../../lib/types.ts';
import { type Group, listGroups } from './groups.ts';

/** The most contacts that the API returns at once. The others are shown by number. */
const MOST_CONTACTS = 500;

const EVERY_MS = 15_000;

type Party = {
  readonly chat: string;
  readonly chatType: string;
  readonly phoneNumber: string | null;
  readonly lid: string | null;
};

export type ChatName = {
  /** What is certain: the number, or the end of an ID. */
  readonly title: string;
  /** What the person, or an admin of the group, has chosen. Untrusted: show it isolated, as text. */
  readonly chosen: string | undefined;
};

/** Names chats: people by number, with the name that they chose beside it. */
export function useChatNames(session: string): (party: Party) => ChatName {
  const { t } = useWords();
  const path = `/api/sessions/${encodeURIComponent(session)}`;
  const { data } = useData(() => readNames(path), { everyMs: EVERY_MS, of: [session] });

  return ({ chat, chatType, phoneNumber, lid }) => {
    const end = (lid ?? chat).replace(/@.*/, '').slice(-4);
    const chosen = data?.get(phoneNumber ?? chat);
    if (chatType === 'status') return { title: t('chats.statusOf'), chosen: undefined };
    if (chatType === 'group') return { title: t('chats.group', { end }), chosen };
    if (chatType === 'newsletter') return { title: t('chats.newsletter', { end }), chosen };
    return { title: phoneNumber ?? t('chats.hidden', { end }), chosen };
  };
}

async function readNames(path: string): Promise<ReadonlyMap<string, string>> {
  const [contacts, groups] = await Promise.all([
    api<Page<Contact>>(`${path}/contacts`, { query: { limit: MOST_CONTACTS } }),
    // A session that ignores groups has none.
    listGroups(path).catch((): readonly Group[] => []),
  ]);
  const people = contacts.items.map(
    ({ phoneNumber, pushName }) => [phoneNumber, pushName] as const,
  );
  const named = [...people, ...groups.map(({ group, subject }) => [group, subject] as const)];
  return new Map(named.flatMap(([key, name]) => (name ? [[key, name] as const] : [])));
}
