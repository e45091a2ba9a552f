import { useEffect, useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { Area } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Sender } from '../../lib/types.ts';

const toLines = (list: readonly string[]) => list.join('\n');
const fromLines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** The company names and domains that messages of an account may contain. For operators. */
export function SenderCard({ accountId }: { readonly accountId: string }) {
  const { t } = useWords();
  const path = `/api/accounts/${encodeURIComponent(accountId)}/sender`;
  const { data, failure, reload } = useData(() => api<Sender>(path), { of: [accountId] });
  return (
    <Card title={t('sender.title')}>
      <p class="soft small">{t('sender.lead')}</p>
      <FailureNotice of={failure} retry={reload} />
      {!data && !failure && <Skeleton lines={3} />}
      {data && <SenderForm {...{ path, sender: data, onSaved: reload }} />}
    </Card>
  );
}

type FormProps = {
  readonly path: string;
  readonly sender: Sender;
  readonly onSaved: () => void;
};

function SenderForm({ path, sender, onSaved }: FormProps) {
  const { t } = useWords();
  const [names, setNames] = useState('');
  const [domains, setDomains] = useState('');
  useEffect(() => {
    setNames(toLines(sender.companyNames));
    setDomains(toLines(sender.domains));
  }, [sender]);
  const body = { companyNames: fromLines(names), domains: fromLines(domains) };
  const { run, isBusy, failure, result } = useAction(
    () => api<Sender>(path, { method: 'PUT', body }),
    onSaved,
  );
  return (
    <Form class="stack" onSubmit={() => run()}>
      <Area
        {...{ label: t('sender.names'), hint: t('sender.names.hint') }}
        {...{ value: names, onValue: setNames }}
      />
      <Area
        {...{ label: t('sender.domains'), hint: t('sender.domains.hint') }}
        {...{ value: domains, onValue: setDomains }}
      />
      <FailureNotice of={failure} />
      {result && <Notice tone="good">{t('account.saved')}</Notice>}
      <div>
        <button type="submit" class="button primary" disabled={isBusy}>
          {t('account.save')}
        </button>
      </div>
    </Form>
  );
}
