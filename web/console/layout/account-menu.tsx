import { Icon } from '../../components/icon.tsx';
import { Settings } from '../../components/settings.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { base } from '../../lib/base.ts';
import { useMe } from '../../lib/permissions.ts';
import { readSignInOptions } from '../../lib/sign-in/options.ts';
import { Link } from './link.tsx';

/** The version of the console, which is that of the service that serves it. vite.config.ts sets it. */
declare const VERSION: string;

/** The name of the caller who is signed in. */
function useWho(): string {
  const { me } = useMe();
  const { t } = useWords();
  if (me.kind === 'bootstrap') return t('who.bootstrap');
  return me.kind === 'user' ? me.name : t('who.key', { id: me.keyId });
}

/** Who is signed in, with the ways to their own settings and out, and links to help. */
export function AccountMenu({ onSignOut }: { readonly onSignOut: () => void }) {
  const { me } = useMe();
  const { t } = useWords();
  const isOperator = me.kind === 'user' && me.isOperator;
  return (
    <div class="side-foot">
      <Help />
      <details class="side-menu">
        <summary>{t('app.appearance')}</summary>
        <Settings />
      </details>
      <div class="who">
        <span class="strong">{useWho()}</span>
        <span class="soft">
          {isOperator ? t('who.operator') : t('who.account', { id: me.accountId })}
        </span>
      </div>
      <div class="row">
        {me.kind === 'user' && (
          <Link to="/profile" class="button compact">
            {t('profile.open')}
          </Link>
        )}
        <button type="button" class="button compact" onClick={onSignOut}>
          <Icon name="out" />
          {t('do.signOut')}
        </button>
      </div>
    </div>
  );
}

/** What is outside of the console, and the version. */
function Help() {
  const { t } = useWords();
  const { data } = useData(readSignInOptions);
  const open = { target: '_blank', rel: 'noopener' };
  return (
    <ul class="side-help small">
      <li>
        <a href={`${base}/api/docs`} {...open} title={t('help.api.hint')}>
          {t('help.api')}
        </a>
      </li>
      {data?.hasDemo && (
        <li>
          <a href={`${base}/demo`} {...open}>
            {t('help.demo')}
          </a>
        </li>
      )}
      <li class="soft">{t('help.version', { version: VERSION })}</li>
    </ul>
  );
}
