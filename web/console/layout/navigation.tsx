import { Icon, type IconName } from '../../components/icon.tsx';
import type { Word } from '../../i18n/en.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import { Link } from './link.tsx';

type Entry = {
  readonly path: string;
  readonly icon: IconName;
  readonly word: Word;
  readonly isShown: (who: ReturnType<typeof useMe>) => boolean;
};

type Group = { readonly word?: Word; readonly entries: readonly Entry[] };

/** Pages that this caller may not see have no entry, and a group without entries is not shown. */
const GROUPS: readonly Group[] = [
  {
    entries: [
      { path: '/', icon: 'overview', word: 'nav.overview', isShown: (who) => who.readsAccount },
    ],
  },
  {
    word: 'nav.messages',
    entries: [
      {
        path: '/codes',
        icon: 'codes',
        word: 'nav.codes',
        isShown: ({ may, readsAccount }) => readsAccount || may('otp:send'),
      },
      { path: '/logs', icon: 'logs', word: 'nav.logs', isShown: (who) => who.readsAccount },
      {
        path: '/usage',
        icon: 'usage',
        word: 'nav.usage',
        isShown: ({ may }) => may('analytics:read'),
      },
    ],
  },
  {
    word: 'nav.setUp',
    entries: [
      {
        path: '/sessions',
        icon: 'sessions',
        word: 'nav.sessions',
        isShown: ({ may }) => may('sessions:manage', 'analytics:read'),
      },
      { path: '/keys', icon: 'keys', word: 'nav.keys', isShown: ({ may }) => may('keys:manage') },
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
      {
        path: '/test-numbers',
        icon: 'tests',
        word: 'nav.testNumbers',
        isShown: ({ may }) => may('keys:manage'),
      },
    ],
  },
  {
    word: 'nav.administration',
    entries: [
      {
        path: '/settings',
        icon: 'settings',
        word: 'nav.settings',
        isShown: ({ me, may }) => me.isOperator || may('keys:manage'),
      },
      { path: '/users', icon: 'people', word: 'nav.people', isShown: ({ me }) => me.isOperator },
    ],
  },
];

/** The links to all pages that the caller may see. */
export function Navigation({ path }: { readonly path: string }) {
  const { t } = useWords();
  const who = useMe();
  const first = `/${path.split('/')[1] ?? ''}`;
  const shown = GROUPS.map(({ word, entries }) => ({
    word,
    entries: entries.filter(({ isShown }) => isShown(who)),
  })).filter(({ entries }) => entries.length > 0);
  return (
    <nav class="nav" aria-label={t('app.nav')}>
      {shown.map(({ word, entries }) => (
        <div class="nav-group" key={word ?? ''}>
          {word && <p class="nav-name">{t(word)}</p>}
          {entries.map(({ path: to, icon, word: name }) => (
            <Link to={to} key={to} isCurrent={first === to}>
              <Icon name={icon} />
              <span>{t(name)}</span>
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}
