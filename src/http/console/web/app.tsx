import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import { api } from './core/api.ts';
import { credentials } from './core/credentials.ts';
import { type Failure, toFailure } from './core/failure.ts';
import { MeContext } from './core/may.ts';
import { usePath } from './core/router.ts';
import type { Me } from './core/types.ts';
import { CodePage } from './pages/code.tsx';
import { Codes } from './pages/codes.tsx';
import { Keys } from './pages/keys.tsx';
import { Logs } from './pages/logs.tsx';
import { Overview } from './pages/overview.tsx';
import { People } from './pages/people.tsx';
import { SessionPage } from './pages/session.tsx';
import { Sessions } from './pages/sessions.tsx';
import { SignIn } from './pages/sign-in.tsx';
import { Usage } from './pages/usage.tsx';
import { Card } from './parts/card.tsx';
import { Empty } from './parts/empty.tsx';
import { Link } from './parts/link.tsx';
import { FailureNotice } from './parts/notice.tsx';
import { Shell } from './parts/shell.tsx';
import { useWords } from './words/words.tsx';

export function App() {
  const path = usePath();
  const [me, setMe] = useState<Me>();
  const [isOver, setOver] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [isKnown, setKnown] = useState(!credentials.exist());

  function recall(): void {
    setFailure(undefined);
    api<Me>('/api/auth/me')
      .then(setMe, (error: unknown) => {
        if (credentials.exist()) setFailure(toFailure(error));
      })
      .finally(() => setKnown(true));
  }

  useEffect(() => {
    credentials.whenLost(() => {
      setMe(undefined);
      setOver(true);
    });
    if (credentials.exist()) recall();
  }, []);

  if (!isKnown) return null;
  if (failure) return <FailureNotice of={failure} retry={recall} />;
  if (!me) return <SignIn isOver={isOver} onEnter={setMe} />;
  function signOut(): void {
    setMe(undefined);
    setOver(false);
    credentials.signOut().catch(() => {});
  }
  return (
    <MeContext.Provider value={me}>
      <Shell path={path} onSignOut={signOut}>
        <Guard key={path}>
          <Route path={path} />
        </Guard>
      </Shell>
    </MeContext.Provider>
  );
}

const PAGES: Readonly<Record<string, () => ComponentChildren>> = {
  '/': () => <Overview />,
  '/sessions': () => <Sessions />,
  '/codes': () => <Codes />,
  '/logs': () => <Logs />,
  '/keys': () => <Keys />,
  '/usage': () => <Usage />,
  '/people': () => <People />,
};

function Route({ path }: { readonly path: string }) {
  const [, first, id = ''] = path.split('/').map(decodeURIComponent);
  if (first === 'sessions' && id) return <SessionPage id={id} />;
  if (first === 'codes' && id) return <CodePage id={id} />;
  return <>{PAGES[path]?.() ?? <Lost />}</>;
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

/** A fault in one page leaves the others reachable. */
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
