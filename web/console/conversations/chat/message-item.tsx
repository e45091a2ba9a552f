import { KindBadge } from '../../../components/badge.tsx';
import { Icon } from '../../../components/icon.tsx';
import { useWords } from '../../../i18n/i18n.tsx';
import type { Message } from '../../../lib/types.ts';
import type { useChatNames } from '../chat-names.ts';
import { MessageActions } from './message-actions.tsx';
import { MessageBody } from './message-body.tsx';

type Props = {
  /** Of the session in the API. */
  readonly path: string;
  readonly message: Message;
  readonly quoted: Message | undefined;
  readonly nameChat: ReturnType<typeof useChatNames>;
  readonly maySend: boolean;
  readonly onReply: () => void;
  readonly onChange: () => void;
};

/** One message with what belongs to it: whom it answers, how far it has come, and the reactions. */
export function MessageItem(props: Props) {
  const { path, message, quoted, nameChat, maySend, onReply, onChange } = props;
  const { t, format } = useWords();
  const isOurs = message.direction === 'outgoing';
  const isOpen = message.revokedAt === null && message.type !== 'undecrypted';
  return (
    <li class={isOurs ? 'message ours' : 'message'}>
      <article class="bubble">
        <p class="visually-hidden">{isOurs ? t('chats.you') : nameChat(message).title}</p>
        <Author message={message} nameChat={nameChat} />
        {message.isForwarded && (
          <p class="soft small row tight">
            <Icon name="forward" />
            {t('message.forwarded')}
          </p>
        )}
        {message.replyTo && !message.revokedAt && <Quoted of={quoted} />}
        <MessageBody path={path} message={message} />
        <p class="bubble-foot soft small">
          <time dateTime={message.sentAt} title={format.exact(message.sentAt)}>
            {format.short(message.sentAt)}
          </time>
          {message.editedAt && <span>{t('message.edited')}</span>}
          {isOurs && <KindBadge kind="sentState" value={message.status} />}
        </p>
      </article>
      <Reactions of={message.reactions} />
      {maySend && isOpen && (
        <MessageActions {...{ path, message, onReply, onChange }} isOurs={isOurs} />
      )}
    </li>
  );
}

/** Who wrote a message in a group. */
function Author({ message, nameChat }: Pick<Props, 'message' | 'nameChat'>) {
  const { author, chatType } = message;
  if (chatType !== 'group' || !author) return null;
  const party = { ...author, chat: author.phoneNumber ?? '', chatType: 'person' };
  return <p class="soft small strong">{nameChat(party).title}</p>;
}

/** The first words of the message that is answered, if it is loaded. */
function Quoted({ of }: { readonly of: Message | undefined }) {
  const { t, name } = useWords();
  const text = of?.content?.text ?? of?.content?.caption;
  return (
    <blockquote class="quoted small">
      <span class="soft">{t('message.answers')}</span>
      <span class="foreign clipped" dir="auto">
        {text ?? (of ? name('kind', of.type) : t('message.answersOld'))}
      </span>
    </blockquote>
  );
}

function Reactions({ of }: { readonly of: Message['reactions'] }) {
  const { t, format } = useWords();
  if (of.length === 0) return null;
  const counts = new Map<string, number>();
  for (const { emoji } of of) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return (
    <ul class="reactions" aria-label={t('message.reactions')}>
      {[...counts].map(([emoji, count]) => (
        <li key={emoji}>
          <bdi>{emoji}</bdi>
          {count > 1 && <span class="soft">{format.number(count)}</span>}
        </li>
      ))}
    </ul>
  );
}
