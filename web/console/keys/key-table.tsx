import { KindBadge } from '../../components/badge.tsx';
import { Table } from '../../components/lists/table.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import type { Key } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';

type Props = {
  readonly keys: readonly Key[];
  readonly onAsk: (what: 'rotate' | 'revoke', key: Key) => void;
};

export function KeyTable({ keys, onAsk }: Props) {
  const { t } = useWords();
  return (
    <Table
      caption={t('keys.title')}
      columns={[
        { title: t('keys.name') },
        { title: t('keys.scopes'), class: 'hide-narrow' },
        { title: t('keys.state') },
        { title: t('keys.used'), class: 'hide-narrow' },
        { title: t('keys.actions'), isHidden: true },
      ]}
    >
      {keys.map((key) => (
        <Row of={key} onAsk={onAsk} key={key.keyId} />
      ))}
    </Table>
  );
}

function Row({ of, onAsk }: { readonly of: Key; readonly onAsk: Props['onAsk'] }) {
  const { t, name, format } = useWords();
  const isActive = of.state === 'active';
  return (
    <tr>
      <td>
        <Link class="row-link break" to={`/keys?key=${of.keyId}`}>
          {of.name}
        </Link>
        <div class="soft small">
          <code>{of.prefix}…</code> · {t(of.mode === 'test' ? 'keys.testMode' : 'keys.live')}
        </div>
      </td>
      <td class="hide-narrow small">
        {of.scopes.map((scope) => name('scope', scope)).join(', ')}
        <div class="soft break">{useReach(of)}</div>
      </td>
      <td>
        <KindBadge kind="keyState" value={of.state} />
        {of.expiresAt && (
          <div class="soft small">
            {t('keys.expires')}: {format.moment(of.expiresAt)}
          </div>
        )}
      </td>
      <td class="hide-narrow nowrap">
        {of.lastUsedAt ? format.moment(of.lastUsedAt) : t('say.never')}
      </td>
      <td>
        {isActive && (
          <div class="actions end">
            {(['rotate', 'revoke'] as const).map((what) => (
              <button
                type="button"
                class={`button compact ${what === 'revoke' ? 'danger' : ''}`}
                aria-label={`${t(`keys.${what}`)}: ${of.name} (${of.prefix}…)`}
                onClick={() => onAsk(what, of)}
                key={what}
              >
                {t(`keys.${what}`)}
              </button>
            ))}
          </div>
        )}
      </td>
    </tr>
  );
}

const REACH = ['sessions', 'purposes', 'regions', 'networks'] as const;

/** The restrictions of a key, if it has any. */
function useReach(key: Key): string | undefined {
  const { t } = useWords();
  const held = REACH.flatMap((what) => {
    const list = key[what];
    return list ? t(`keys.only.${what}`, { list: list.join(', ') || '–' }) : [];
  });
  return held.length > 0 ? `${t('keys.only')} ${held.join(' · ')}` : undefined;
}
