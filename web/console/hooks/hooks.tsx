import { useState } from 'preact/hooks';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { useLatest } from '../../hooks/use-latest.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import type { Hook } from '../../lib/types.ts';
import { Page } from '../layout/page.tsx';
import { WholeAccount } from '../layout/whole-account.tsx';
import { type Asked, HookQuestion } from './hook-question.tsx';
import { HookTable } from './hook-table.tsx';

const REFRESH_MS = 10_000;

type AskProps = {
  readonly asked: Asked | undefined;
  readonly onAsk: (asked: Asked | undefined) => void;
};

/** The addresses at which servers have the codes delivered that they create themselves. */
export function Hooks() {
  const { t } = useWords();
  const { managesWebhooks } = useMe();
  const [asked, setAsked] = useState<Asked>();
  const begin = managesWebhooks && <Begin onAsk={setAsked} />;
  return (
    <Page title={t('hooks.title')} lead={t('hooks.lead')} actions={begin}>
      <WholeAccount scope="webhooks:manage">
        <List asked={asked} onAsk={setAsked} />
      </WholeAccount>
    </Page>
  );
}

/** Creating a hook also requires the right to send codes. */
function Begin({ onAsk }: Pick<AskProps, 'onAsk'>) {
  const { t } = useWords();
  const { may } = useMe();
  if (!may('otp:send')) return null;
  return (
    <button type="button" class="button primary" onClick={() => onAsk({ what: 'new' })}>
      <Icon name="plus" />
      {t('hooks.new')}
    </button>
  );
}

function List({ asked, onAsk }: AskProps) {
  const { t, name } = useWords();
  const { list, failure, reload, more } = useLatest<Hook>('/api/hooks', { everyMs: REFRESH_MS });
  return (
    <>
      <ListCard
        {...{ items: list?.items, failure, reload, next: list?.nextCursor ?? null, onMore: more }}
        textsOf={(hook) => [
          ...[name('dialect', hook.dialect), hook.description, hook.companyName, hook.url],
        ]}
        empty={
          <Empty icon="hooks" title={t('hooks.empty')} text={t('hooks.empty.text')}>
            <Begin onAsk={onAsk} />
          </Empty>
        }
      >
        {(hooks) => <HookTable hooks={hooks} />}
      </ListCard>
      {asked && <HookQuestion asked={asked} onAsk={onAsk} onChange={reload} />}
    </>
  );
}
