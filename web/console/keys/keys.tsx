import { useState } from 'preact/hooks';
import { Confirm } from '../../components/confirm.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import type { CreatedKey, Key } from '../../lib/types.ts';
import { Gate, Page } from '../layout/page.tsx';
import { IntegrationCard } from '../start/integration.tsx';
import { OpenKey } from './key-dialog.tsx';
import { KeyTable } from './key-table.tsx';
import { NewKey, Secret } from './new-key.tsx';

/** The open dialog of the page. */
type Asked =
  | { readonly what: 'new' }
  | { readonly what: 'rotate' | 'revoke'; readonly key: Key }
  | { readonly what: 'secret'; readonly made: CreatedKey };

/** The API keys of the account. */
export function Keys() {
  const { t } = useWords();
  const { may } = useMe();
  const [asked, setAsked] = useState<Asked>();
  const { items, next, isLoaded, failure, more, reload } = usePages<Key>({
    path: '/api/keys',
    query: {},
    idOf: ({ keyId }) => keyId,
    everyMs: may('keys:manage') ? 10_000 : 0,
  });
  const begin = (
    <button type="button" class="button primary" onClick={() => setAsked({ what: 'new' })}>
      <Icon name="plus" />
      {t('keys.new')}
    </button>
  );
  return (
    <Page title={t('keys.title')} lead={t('keys.lead')} actions={may('keys:manage') && begin}>
      <Gate scopes={['keys:manage']}>
        <ListCard
          {...{ items: isLoaded ? items : undefined, failure, reload, next, onMore: more }}
          textsOf={(key) => [key.name, key.prefix, key.mode, key.state, ...key.scopes]}
          empty={
            <Empty icon="keys" title={t('keys.empty')} text={t('keys.empty.text')}>
              {begin}
            </Empty>
          }
        >
          {(keys) => <KeyTable keys={keys} onAsk={(what, key) => setAsked({ what, key })} />}
        </ListCard>
        <OpenKey keys={items} />
        {(may('otp:send') || may('otp:verify')) && <IntegrationCard keys={items} />}
      </Gate>
      <Question asked={asked} onAsk={setAsked} onChange={reload} />
    </Page>
  );
}

type QuestionProps = {
  readonly asked: Asked | undefined;
  readonly onAsk: (asked: Asked | undefined) => void;
  readonly onChange: () => void;
};

function Question({ asked, onAsk, onChange }: QuestionProps) {
  const { t } = useWords();
  const onClose = () => onAsk(undefined);
  function onMade(made: CreatedKey): void {
    onAsk({ what: 'secret', made });
    onChange();
  }
  if (!asked) return null;
  if (asked.what === 'new') return <NewKey key="new" onMade={onMade} onClose={onClose} />;
  if (asked.what === 'secret') {
    return (
      <Dialog key="secret" title={t('keys.secret')} isWide onClose={onClose}>
        <Secret made={asked.made} onClose={onClose} />
      </Dialog>
    );
  }
  const { what, key } = asked;
  const { name } = key;
  const path = `/api/keys/${key.keyId}`;
  const common = {
    // A rotated key and its replacement have the same name, but different prefixes.
    title: t(`keys.${what}.title`, { name: `${name} (${key.prefix}…)` }),
    text: t(`keys.${what}.text`),
    onClose,
  };
  if (what === 'rotate') {
    const rotate = () =>
      api<CreatedKey>(`${path}/rotate`, { method: 'POST', body: {} }).then(onMade);
    return (
      <Confirm
        {...{ key: 'rotate', ...common, verb: t('keys.rotate'), isSafe: true }}
        {...{ act: rotate, onDone: onChange }}
      />
    );
  }
  return (
    <Confirm
      key="revoke"
      {...common}
      verb={t('keys.revoke')}
      typed={{ label: t('keys.revoke.type', { name }), name }}
      act={() => api(path, { method: 'DELETE' })}
      onDone={() => {
        onClose();
        onChange();
      }}
    />
  );
}
