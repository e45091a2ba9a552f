import { CopyButton } from '../../components/copy-button.tsx';
import { Skeleton } from '../../components/empty.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { HookRequest } from '../../lib/types.ts';
import { toCommand } from './hook-command.ts';

/** What the API has in the place of a secret that is sent as it is. */
const PLACEHOLDER = /\bSECRET$/;

type Props = {
  readonly id: string;
  /** While it is known: the command then works as it is, if the server sends its secret instead of a signature. */
  readonly secret?: string;
};

/** A call of a hook as its server makes it, as a command to copy. */
export function SampleRequest({ id, secret }: Props) {
  const { t } = useWords();
  const { data, failure, reload } = useData(
    () => api<HookRequest>(`/api/hooks/${encodeURIComponent(id)}/sample-request`),
    { of: [id] },
  );
  if (!data) {
    return failure ? <FailureNotice of={failure} retry={reload} /> : <Skeleton lines={3} />;
  }
  const command = toCommand(secret === undefined ? data : fillIn(data, secret));
  const isComplete = command !== toCommand(data);
  return (
    <>
      <div class="row spread">
        <p class="soft small">{t(isComplete ? 'hooks.sample.complete' : 'hooks.sample.text')}</p>
        <CopyButton text={command} />
      </div>
      <pre>{command}</pre>
    </>
  );
}

function fillIn(request: HookRequest, secret: string): HookRequest {
  const fields = Object.entries(request.headers).map(
    ([name, value]) => [name, value.replace(PLACEHOLDER, () => secret)] as const,
  );
  return { ...request, headers: Object.fromEntries(fields) };
}
