import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Card } from '../../../components/card.tsx';
import { Empty, Skeleton } from '../../../components/empty.tsx';
import { Icon } from '../../../components/icon.tsx';
import { FailureNotice } from '../../../components/notice.tsx';
import { useAction } from '../../../hooks/use-action.ts';
import { usePages } from '../../../hooks/use-pages.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { api } from '../../../lib/api.ts';
import { useMe } from '../../../lib/permissions.ts';
import type { Chat, Message } from '../../../lib/types.ts';
import { Link } from '../../layout/link.tsx';
import type { ChatName, useChatNames } from '../chat-names.ts';
import { sessionPath } from '../conversation-page.tsx';
import { MessageItem } from './message-item.tsx';
import { SendBox } from './send-box.tsx';

const EVERY_MS = 3000;

type Props = {
  readonly id: string;
  readonly chat: string;
  /** As the list has it; undefined if it is not loaded. */
  readonly opened: Chat | undefined;
  readonly nameChat: ReturnType<typeof useChatNames>;
  /** Called when the chat was marked as read. */
  readonly onRead: () => void;
};

/** The messages of a chat, oldest first, and a form to write one. */
export function ChatView({ id, chat, opened, nameChat, onRead }: Props) {
  const { t } = useWords();
  const { may } = useMe();
  const [answered, setAnswered] = useState<Message>();
  const path = `/api${sessionPath(id)}`;
  const { items, next, isLoaded, failure, reload, more } = usePages<Message>({
    path: `${path}/messages`,
    query: { chat },
    // Senders choose the IDs of their messages.
    idOf: ({ messageId, direction }) => `${direction} ${messageId}`,
    everyMs: EVERY_MS,
  });
  const name = nameChat(opened ?? toParty(chat, items[0]));
  const maySend = may('messages:send');
  return (
    <Card isFlush>
      <Head {...{ id, chat, name, onRead }} unread={maySend ? (opened?.unreadCount ?? 0) : 0} />
      <FailureNotice of={failure} retry={reload} />
      {!isLoaded && !failure && <Skeleton />}
      {isLoaded && items.length === 0 && (
        <Empty icon="chats" title={t('message.empty')} text={t('message.empty.text')} />
      )}
      {items.length > 0 && (
        <Scroll label={name.title} newest={items[0]?.messageId}>
          {next !== null && (
            <button type="button" class="button compact older" onClick={more}>
              {t('message.older')}
            </button>
          )}
          <ol class="messages">
            {items.toReversed().map((message) => (
              <MessageItem
                key={`${message.direction} ${message.messageId}`}
                {...{ path, message, nameChat, maySend }}
                quoted={items.find(({ messageId }) => messageId === message.replyTo)}
                onReply={() => setAnswered(message)}
                onChange={reload}
              />
            ))}
          </ol>
        </Scroll>
      )}
      {maySend && (
        <SendBox
          {...{ path, chat, answered }}
          onAnswered={() => setAnswered(undefined)}
          onSent={reload}
        />
      )}
    </Card>
  );
}

function toParty(chat: string, message: Message | undefined) {
  const { chatType = 'person', phoneNumber = null, lid = null } = message ?? {};
  return { chat, chatType, phoneNumber: phoneNumber ?? (chat.startsWith('+') ? chat : null), lid };
}

type HeadProps = Pick<Props, 'id' | 'chat' | 'onRead'> & {
  readonly name: ChatName;
  readonly unread: number;
};

/** Gets the focus when the chat opens. */
function Head({ id, chat, name, unread, onRead }: HeadProps) {
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const path = `/api${sessionPath(id)}/chats/${encodeURIComponent(chat)}`;
  const { run, isBusy, failure } = useAction(
    () => api(path, { method: 'PATCH', body: { isRead: true } }),
    onRead,
  );
  return (
    <>
      <div class="card-head chat-head">
        <div class="row">
          <Link to={`${sessionPath(id)}/chats`} class="small pane-back">
            <Icon name="back" /> {t('chats.all')}
          </Link>
          <h2 tabIndex={-1} ref={heading}>
            {name.title}
          </h2>
          {name.chosen && (
            <p class="soft small clipped">
              {t('chats.claims')} <bdi class="break">{name.chosen}</bdi>
            </p>
          )}
        </div>
        {unread > 0 && (
          <button type="button" class="button compact" disabled={isBusy} onClick={() => run()}>
            <Icon name="checks" />
            {t('chats.markRead')}
          </button>
        )}
      </div>
      <FailureNotice of={failure} />
    </>
  );
}

type ScrollProps = {
  readonly label: string;
  readonly newest: string | undefined;
  readonly children: preact.ComponentChildren;
};

/** Within this distance from the end, new messages come into view. */
const NEAR_END_PX = 160;

/** Begins at the end, and follows new messages unless the user reads older ones. */
function Scroll({ label, newest, children }: ScrollProps) {
  const box = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [newest]);
  function note({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: Scrolled): void {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: with it, the keyboard can scroll the messages
    <section class="message-scroll" ref={box} aria-label={label} tabIndex={0} onScroll={note}>
      {children}
    </section>
  );
}

type Scrolled = { readonly currentTarget: HTMLElement };
