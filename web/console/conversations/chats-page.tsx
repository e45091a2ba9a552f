import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Empty, Skeleton } from '../../components/empty.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { More } from '../../components/load-more.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { Chat } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { ChatView } from './chat/chat-view.tsx';
import { type ChatName, useChatNames } from './chat-names.ts';
import { ConversationPage, sessionPath } from './conversation-page.tsx';

const EVERY_MS = 5000;

type Props = {
  readonly id: string;
  /** The chat that is open. */
  readonly open: string | undefined;
};

/** The chats of a session, and the one that is open beside them. */
export function ChatsPage({ id, open }: Props) {
  return (
    <ConversationPage id={id} current="chats">
      <Panes id={id} open={open} />
    </ConversationPage>
  );
}

function Panes({ id, open }: Props) {
  const { t } = useWords();
  const nameChat = useChatNames(id);
  const list = usePages<Chat>({
    path: `/api${sessionPath(id)}/chats`,
    query: {},
    idOf: ({ chat }) => chat,
    everyMs: EVERY_MS,
  });
  const opened = list.items.find(({ chat }) => chat === open);
  return (
    <div class={open ? 'panes has-open' : 'panes'}>
      <div class="pane-list stack">
        <FailureNotice of={list.failure} retry={list.reload} />
        {(list.isLoaded || !list.failure) && (
          <Card isFlush>
            {list.isLoaded ? (
              <ChatList id={id} open={open} nameChat={nameChat} {...list} />
            ) : (
              <Skeleton />
            )}
          </Card>
        )}
      </div>
      {open ? (
        <ChatView key={open} id={id} chat={open} {...{ opened, nameChat }} onRead={list.reload} />
      ) : (
        <div class="pane-empty">
          <Card>
            <Empty icon="chats" title={t('chats.choose')} text={t('chats.choose.text')} />
          </Card>
        </div>
      )}
    </div>
  );
}

type ListProps = Props & {
  readonly items: readonly Chat[];
  readonly next: string | null;
  readonly more: () => void;
  readonly nameChat: (chat: Chat) => ChatName;
};

function ChatList({ id, open, items, next, more, nameChat }: ListProps) {
  const { t } = useWords();
  const [digits, setDigits] = useState('');
  const wanted = digits.replace(/\D/g, '');
  const found = items.filter(({ phoneNumber }) => !wanted || phoneNumber?.endsWith(wanted));
  if (items.length === 0) {
    return <Empty icon="chats" title={t('chats.empty')} text={t('chats.empty.text')} />;
  }
  return (
    <>
      <div class="pane-find">
        <Field
          {...{ label: t('chats.find'), hint: t('chats.find.hint'), value: digits }}
          {...{ onValue: setDigits, type: 'search', inputMode: 'numeric', autocomplete: 'off' }}
        />
      </div>
      {found.length === 0 && <p class="pane-find soft small">{t('chats.find.none')}</p>}
      <ul class="chat-list">
        {found.map((chat) => (
          <Entry
            key={chat.chat}
            {...{ id, chat, name: nameChat(chat) }}
            isOpen={chat.chat === open}
          />
        ))}
      </ul>
      <More next={next} onMore={more} />
    </>
  );
}

type EntryProps = {
  readonly id: string;
  readonly chat: Chat;
  readonly name: ChatName;
  readonly isOpen: boolean;
};

function Entry({ id, chat, name, isOpen }: EntryProps) {
  const { t, format } = useWords();
  const isMuted = chat.mutedUntil !== null && new Date(chat.mutedUntil) > new Date();
  const marks = [
    chat.isPinned && t('chats.pinned'),
    chat.isArchived && t('chats.archived'),
    isMuted && t('chats.muted'),
  ].filter(Boolean);
  return (
    <li>
      <Link
        class="chat-entry"
        to={`${sessionPath(id)}/chats/${encodeURIComponent(chat.chat)}`}
        isCurrent={isOpen}
      >
        <Icon name={chat.isGroup ? 'people' : 'chats'} />
        <span class="chat-entry-name">
          <span class="strong">{name.title}</span>
          {name.chosen && <bdi class="soft small clipped-line">~{name.chosen}</bdi>}
          {marks.length > 0 && <span class="soft small">{marks.join(' · ')}</span>}
        </span>
        <span class="chat-entry-side">
          <span class="soft small nowrap">{format.short(chat.lastMessageAt)}</span>
          {chat.unreadCount > 0 && (
            <span class="count">
              <span aria-hidden="true">{format.number(chat.unreadCount)}</span>
              <span class="visually-hidden">
                {t('chats.unread', { count: format.number(chat.unreadCount) })}
              </span>
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
