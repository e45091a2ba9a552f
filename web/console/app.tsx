import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { useSignIn } from '../hooks/use-sign-in.ts';
import { useWords } from '../i18n/i18n.tsx';
import { MeContext } from '../lib/permissions.ts';
import { usePath } from '../lib/router.ts';
import { CodePage } from './codes/code.tsx';
import { Codes } from './codes/codes.tsx';
import { ChatsPage } from './conversations/chats-page.tsx';
import { GroupsPage } from './conversations/groups-page.tsx';
import { PostsPage } from './conversations/posts/posts-page.tsx';
import { HookPage } from './hooks/hook.tsx';
import { Hooks } from './hooks/hooks.tsx';
import { Keys } from './keys/keys.tsx';
import { Link } from './layout/link.tsx';
import { Shell } from './layout/shell.tsx';
import { Unavailable, Waiting } from './layout/waiting.tsx';
import { Logs } from './logs/logs.tsx';
import { Overview } from './overview/overview.tsx';
import { ChoosePassword } from './profile/choose-password.tsx';
import { Profile } from './profile/profile.tsx';
import { SessionPage } from './sessions/session.tsx';
import { Sessions } from './sessions/sessions.tsx';
import { AccountSettings } from './settings/account-settings.tsx';
import { SignIn } from './sign-in.tsx';
import { Templates } from './templates/templates.tsx';
import { TestNumbers } from './test-numbers/test-numbers.tsx';
import { Usage } from './usage/usage.tsx';
import { People } from './users/users.tsx';
import { WebhookPage } from './webhooks/webhook.tsx';
import { Webhooks } from './webhooks/webhooks.tsx';

export function App() {
  const path = usePath();
  const { me, isOver, failure, isAsking, isWaiting, recall, signOut, enter } = useSignIn();
  if (me?.kind === 'user' && me.mustChangePassword) {
    return <ChoosePassword email={me.email} onChosen={recall} onSignOut={signOut} />;
  }
  if (me) {
    return (
      <MeContext.Provider value={me}>
        <Shell path={path} onSignOut={signOut}>
          <Guard key={pageOf(path)}>
            <Route path={path} />
          </Guard>
        </Shell>
      </MeContext.Provider>
    );
  }
  if (failure) return <Unavailable failure={failure} onRetry={recall} onSignOut={signOut} />;
  if (isWaiting) return <Waiting />;
  // Other tabs are asked whether someone is signed in, which takes a moment.
  return isAsking ? null : <SignIn isOver={isOver} onEnter={enter} />;
}

const PAGES: Readonly<Record<string, () => ComponentChildren>> = {
  '/': () => <Overview />,
  '/sessions': () => <Sessions />,
  '/codes': () => <Codes />,
  '/logs': () => <Logs />,
  '/templates': () => <Templates />,
  '/webhooks': () => <Webhooks />,
  '/hooks': () => <Hooks />,
  '/keys': () => <Keys />,
  '/test-numbers': () => <TestNumbers />,
  '/usage': () => <Usage />,
  '/users': () => <People />,
  '/settings': () => <AccountSettings />,
  '/profile': () => <Profile />,
};

/** The pages of one thing, by the list that it is in. */
const ITEM_PAGES: Readonly<Record<string, (id: string) => ComponentChildren>> = {
  sessions: (id) => <SessionPage id={id} />,
  codes: (id) => <CodePage id={id} />,
  webhooks: (id) => <WebhookPage id={id} />,
  hooks: (id) => <HookPage id={id} />,
};

/** The part of a path that names the page. The rest says what is open on it. */
function pageOf(path: string): string {
  return /^[/]sessions[/][^/]+[/]chats/.exec(path)?.[0] ?? path;
}

function ofSession(id: string, part: string, item: string | undefined): ComponentChildren {
  if (part === 'chats') return <ChatsPage id={id} open={item} />;
  if (part === 'groups' && !item) return <GroupsPage id={id} />;
  return part === 'status-posts' && !item ? <PostsPage id={id} /> : undefined;
}

function Route({ path }: { readonly path: string }) {
  const [, first = '', id = '', part, item] = path.split('/').map(decodeURIComponent);
  if (first === 'sessions' && id && part) return <>{ofSession(id, part, item) ?? <Lost />}</>;
  const page = id ? ITEM_PAGES[first]?.(id) : PAGES[path]?.();
  return <>{page ?? <Lost />}</>;
}

function Lost() {
  const { t } = useWords();
  return (
    <Card>
      <Empty icon="search" title={t('app.notThere')} text={t('app.notThere.text')}>
        <Link to="/" class="button">
          {t('app.home')}
        </Link>
      </Empty>
    </Card>
  );
}

/** Catches an error of one page, so that the others still work. */
function Guard({ children }: { readonly children: ComponentChildren }) {
  const { t } = useWords();
  const [error] = useErrorBoundary();
  if (!error) return <>{children}</>;
  return (
    <Card>
      <Empty icon="alert" title={t('app.wrong')} text={t('app.wrong.text')}>
        <button type="button" class="button" onClick={() => location.reload()}>
          {t('app.reload')}
        </button>
      </Empty>
    </Card>
  );
}
