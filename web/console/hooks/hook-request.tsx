import { CopyButton } from '../../components/copy-button.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { HookRequest } from '../../lib/types.ts';
import { toCommand } from './hook-command.ts';

/** A call of a hook as its server makes it, as a command to copy. */
export function SampleRequest({ id }: { readonly id: string }) {
  const { t } = useWords();
  const { data, failure, reload } = useData(
    () => api<HookRequest>(`/api/hooks/${encodeURIComponent(id)}/sample-request`),
    { of: [id] },
  );
  if (!data) {
    return failure ? <FailureNotice of={failure} retry={reload} /> : <Skeleton lines={3} />;
  }
  const command = toCommand(data);
  return (
    <>
      <div class="row spread">
        <p class="soft small">{t('hooks.sample.text')}</p>
        <CopyButton text={command} />
      </div>
      <pre>{command}</pre>
    </>
  );
}
