import type { AccountNews } from '../../../domain/conversations/account/account-news.ts';
import { toChatKey, toPersonKeys } from '../../../domain/conversations/message.ts';
import type { SessionSettings } from '../../../domain/conversations/session-settings.ts';
import type { IngestContext } from '../context.ts';
import type { InboxState } from '../inbox.ts';
import { sealName } from '../seal-content.ts';
import { toContactEvent } from './account-events.ts';
import { applyGroupNews } from './apply-group-news.ts';
import { openStoredName } from './name-events.ts';

/** Stores what a session learns about its account. False if it no longer stores so much, and nothing was written. */
export async function applyNews(
  ctx: IngestContext,
  state: InboxState,
  news: AccountNews,
  { store, ignore }: SessionSettings,
): Promise<boolean> {
  switch (news.kind) {
    case 'group':
      return ignore.includes('groups') || applyGroupNews(ctx, state, news, store);
    case 'group_list':
      if (store !== 'none')
        await ctx.groups.keepOnly(state.session.sessionId, news.groupIds, ctx.now());
      return true;
    case 'contact':
      return store !== 'content' || saveName(ctx, state, news);
    default:
      if (store !== 'none') await saveChatState(ctx, state, news);
      return true;
  }
}

/** Stores a name of the address book, and reports it if it is another than before. */
async function saveName(
  ctx: IngestContext,
  state: InboxState,
  { person, name, newsId }: Extract<AccountNews, { kind: 'contact' }>,
): Promise<boolean> {
  const { session, lids } = state;
  const { sessionId, accountId } = session;
  await lids.load([person]);
  const { phoneNumber, lid } = lids.complete(person);
  // Contacts are stored by number. The name comes again with the next synchronisation.
  if (phoneNumber === undefined) return true;
  const sealed = (await ctx.names.find(sessionId, [phoneNumber])).get(phoneNumber)?.sealedName;
  if (openStoredName(ctx, session, phoneNumber, sealed) === name) return true;
  const sealedName = sealName(ctx.sealer, sessionId, phoneNumber, name);
  const event = toContactEvent(
    session,
    { phoneNumber, change: 'name', causeId: newsId },
    ctx.now(),
  );
  const events = ctx.isWatched(accountId) ? [ctx.address(event)] : [];
  const contact = { phoneNumber, ...(lid !== undefined && { lid }), sealedName };
  const isSaved = await ctx.names.save(session, contact, events, ctx.now());
  if (isSaved && events.length > 0) ctx.onRecorded();
  return isSaved;
}

/** Stores what the phone changed in a chat, if the chat is stored. */
async function saveChatState(
  ctx: IngestContext,
  { session: { sessionId }, lids }: InboxState,
  { chat, state }: Extract<AccountNews, { kind: 'chat' }>,
): Promise<void> {
  if (chat.kind === 'person') await lids.load([chat.person]);
  const keys =
    chat.kind === 'person' ? toPersonKeys(lids.complete(chat.person)) : [toChatKey(chat)];
  for (const key of keys) {
    if (key !== undefined) await ctx.chats.change(sessionId, key, state, ctx.now());
  }
}
