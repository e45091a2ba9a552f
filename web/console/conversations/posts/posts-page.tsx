import { useState } from 'preact/hooks';
import { Card } from '../../../components/card.tsx';
import { Confirm } from '../../../components/confirm.tsx';
import { Empty, Skeleton } from '../../../components/empty.tsx';
import { Icon } from '../../../components/icon.tsx';
import { More } from '../../../components/load-more.tsx';
import { FailureNotice } from '../../../components/notice.tsx';
import { useLatest } from '../../../hooks/use-latest.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { api } from '../../../lib/api.ts';
import { useMe } from '../../../lib/permissions.ts';
import type { StatusPost } from '../../../lib/types.ts';
import { ConversationPage, sessionPath } from '../conversation-page.tsx';
import { NewPost } from './new-post.tsx';

const EVERY_MS = 10_000;

/** The status posts of a session, and a form to publish one. */
export function PostsPage({ id }: { readonly id: string }) {
  const { t } = useWords();
  const { may } = useMe();
  const [isMaking, setMaking] = useState(false);
  const path = `/api${sessionPath(id)}/status-posts`;
  const { list, failure, reload, more } = useLatest<StatusPost>(path, { everyMs: EVERY_MS });
  const begin = may('messages:read') && may('messages:send') && (
    <button type="button" class="button primary" onClick={() => setMaking(true)}>
      <Icon name="plus" />
      {t('posts.new')}
    </button>
  );
  return (
    <ConversationPage id={id} current="status" actions={begin}>
      <FailureNotice of={failure} retry={reload} />
      {(list || !failure) && (
        <Card isFlush>
          {!list && <Skeleton />}
          {list?.items.length === 0 && (
            <Empty icon="eye" title={t('posts.empty')} text={t('posts.empty.text')} />
          )}
          {list && list.items.length > 0 && (
            <ul class="list">
              {list.items.map((post) => (
                <Post key={post.statusId} path={path} post={post} onDelete={reload} />
              ))}
            </ul>
          )}
          <More next={list?.nextCursor ?? null} onMore={more} />
        </Card>
      )}
      {isMaking && (
        <NewPost
          path={path}
          onDone={() => {
            setMaking(false);
            reload();
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </ConversationPage>
  );
}

type PostProps = {
  readonly path: string;
  readonly post: StatusPost;
  readonly onDelete: () => void;
};

function Post({ path, post, onDelete }: PostProps) {
  const { t, name, format } = useWords();
  const { may } = useMe();
  const [isAsking, setAsking] = useState(false);
  const { content, type } = post;
  const isOver = post.revokedAt !== null;
  return (
    <li>
      <div class="row">
        <p class="post foreign" dir="auto">
          {isOver
            ? t('message.revoked')
            : (content?.text ?? content?.caption ?? name('kind', type))}
        </p>
        <p class="soft small">
          {[
            format.moment(post.createdAt),
            t('posts.until', { time: format.short(post.expiresAt) }),
            t('posts.seenBy', { count: format.number(post.audienceCount) }),
          ].join(' · ')}
        </p>
      </div>
      {may('messages:send') && !isOver && (
        <button type="button" class="button compact danger" onClick={() => setAsking(true)}>
          {t('posts.delete')}
        </button>
      )}
      {isAsking && (
        <Confirm
          title={t('posts.delete.title')}
          text={t('posts.delete.text')}
          verb={t('posts.delete')}
          act={() => api(`${path}/${encodeURIComponent(post.statusId)}`, { method: 'DELETE' })}
          onDone={() => {
            setAsking(false);
            onDelete();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}
