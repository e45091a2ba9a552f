import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useReadiness } from '../../hooks/use-readiness.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Workflow } from '../../lib/types.ts';
import { WorkflowForm } from './workflow-form.tsx';

/** The channels that are tried for codes of an account, and how long each may take. */
export function WorkflowCard({ accountId }: { readonly accountId: string }) {
  const { t } = useWords();
  const readiness = useReadiness();
  const path = `/api/accounts/${encodeURIComponent(accountId)}/workflow`;
  const { data, failure, reload } = useData(() => api<Workflow>(path), { of: [accountId] });
  return (
    <Card title={t('workflow.title')}>
      <p class="soft small">{t('workflow.lead')}</p>
      <FailureNotice of={failure} retry={reload} />
      {!(data && readiness) && !failure && <Skeleton lines={3} />}
      {data && readiness && (
        <WorkflowForm
          {...{ path, workflow: data.workflow, onSaved: reload }}
          channels={readiness.channels.map(({ name }) => name)}
        />
      )}
    </Card>
  );
}
