import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Settings } from '../../components/settings.tsx';
import type { Word } from '../../i18n/en.ts';
import { useWords } from '../../i18n/i18n.tsx';
import iconUrl from '../../icon.svg';
import { useMe } from '../../lib/permissions.ts';
import { Link } from './link.tsx';

type Entry = {
  readonly path: string;
  readonly icon: IconName;
  readonly word: Word;
  readonly isShown: (who: ReturnType<typeof useMe>) => boolean;
};

/** Pages that this caller may not see have no entry. */
const ENTRIES: readonly Entry[] = [
  { path: '/', icon: 'overview', word: 'nav.overview', isShown: (who) => who.readsAccount },
  {
    path: '/sessions',
    icon: 'sessions',
    word: 'nav.sessions',
    isShown: ({ may }) => may('sessions:manage', 'analytics:read'),
  },
  {
    path: '/codes',
    icon: 'codes',
    word: 'nav.codes',
    isShown: ({ may, readsAccount }) => readsAccount || may('otp:send'),
  },
  { path: '/logs', icon: 'logs', word: 'nav.logs', isShown: (who) => who.readsAccount },
  {
    path: '/templates',
    icon: 'templates',
    word: 'nav.templates',
    isShown: ({ may }) => may('keys:manage'),
  },
  {
    path: '/webhooks',
    icon: 'webhooks',
    word: 'nav.webhooks',
    isShown: (who) => who.managesWebhooks,
  },
  { path: '/hooks', icon: 'hooks', word: 'nav.hooks', isShown: (who) => who.managesWebhooks },
  { path: '/keys', icon: 'keys', word: 'nav.keys', isShown: ({ may }) => may('keys:manage') },
  {
    path: '/test-numbers',
    icon: 'tests',
    word: 'nav.testNumbers',
    isShown: ({ may }) => may('keys:manage'),
  },
  { path: '/usage', icon: 'usage', word: 'nav.usage', isShown: ({ may }) => may('analytics:read') },
  { path: '/people', icon: 'people', word: 'nav.people', isShown: ({ me }) => me.isOperator },
];

type Props = {
  readonly path: string;
  readonly onSignOut: () => void;
  readonly children: ComponentChildren;
};

/** The frame around every page. */
export function Shell({ path, onSignOut, children }: Props) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <a class="skip button" href="#main">
        {t('app.skip')}
      </a>
      <header class="topbar">
        <Brand />
        <button type="button" class="button quiet compact" onClick={() => setOpen(true)}>
          <Icon name="people" />
          {useWho()}
        </button>
      </header>
      <div class="shell">
        <aside class="side">
          <div class="side-inner">
            <Brand />
            <Navigation path={path} />
            <div class="side-foot">
              <Settings />
              <Who onSignOut={onSignOut} />
            </div>
          </div>
        </aside>
        <main class="main" id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
      {isOpen && (
        <Dialog title="Waverify" onClose={() => setOpen(false)}>
          <Settings />
          <Who onSignOut={onSignOut} />
        </Dialog>
      )}
    </>
  );
}

export function Brand() {
  return (
    <div class="brand">
      <img src={iconUrl} alt="" />
      Waverify
    </div>
  );
}

function Navigation({ path }: { readonly path: string }) {
  const { t } = useWords();
  const who = useMe();
  const first = `/${path.split('/')[1] ?? ''}`;
  return (
    <nav class="nav" aria-label={t('app.nav')}>
      {ENTRIES.filter(({ isShown }) => isShown(who)).map(({ path: to, icon, word }) => (
        <Link to={to} key={to} isCurrent={first === to}>
          <Icon name={icon} />
          <span>{t(word)}</span>
        </Link>
      ))}
    </nav>
  );
}

/** The name of the caller who is signed in. */
function useWho(): string {
  const { me } = useMe();
  const { t } = useWords();
  if (me.kind === 'bootstrap') return t('who.bootstrap');
  return me.kind === 'user' ? me.name : t('who.key', { id: me.keyId });
}

function Who({ onSignOut }: { readonly onSignOut: () => void }) {
  const { me } = useMe();
  const { t } = useWords();
  const isOperator = me.kind === 'user' && me.isOperator;
  return (
    <div class="who">
      <div>
        <span class="strong">{useWho()}</span>
        <span class="soft">
          {isOperator ? t('who.operator') : t('who.account', { id: me.accountId })}
        </span>
      </div>
      <button type="button" class="button quiet icon-only" onClick={onSignOut}>
        <Icon name="out" />
        <span class="visually-hidden">{t('do.signOut')}</span>
      </button>
    </div>
  );
}
