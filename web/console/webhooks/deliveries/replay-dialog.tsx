import { useId, useState } from 'preact/hooks';
import { Dialog, DialogActions } from '../../../components/dialog.tsx';
import { Form } from '../../../components/form.tsx';
import { FailureNotice } from '../../../components/notice.tsx';
import { useAction } from '../../../hooks/use-action.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { api } from '../../../lib/api.ts';

const DAY_MS = 86_400_000;

type Props = {
  readonly id: string;
  readonly onDone: (replayed: number) => void;
  readonly onClose: () => void;
};

/** Sends again what has failed since a time. */
export function ReplayDialog({ id, onDone, onClose }: Props) {
  const { t } = useWords();
  const input = useId();
  const [since, setSince] = useState(() => toInputTime(new Date(Date.now() - DAY_MS)));
  const { run, isBusy, failure } = useAction(
    () =>
      api<{ readonly replayed: number }>(`/api/webhooks/${id}/replay`, {
        method: 'POST',
        body: { since: new Date(since).toISOString(), status: 'FAILED' },
      }),
    ({ replayed }) => onDone(replayed),
  );
  return (
    <Dialog title={t('webhooks.replayFailed')} onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        <p>{t('webhooks.replayFailed.text')}</p>
        <div class="field">
          <label for={input}>{t('webhooks.since')}</label>
          <input
            {...{ id: input, class: 'input', type: 'datetime-local', required: true }}
            value={since}
            onInput={(event) => setSince(event.currentTarget.value)}
          />
        </div>
        <FailureNotice of={failure} />
        <DialogActions
          verb={t('webhooks.replay')}
          isDisabled={isBusy || since === ''}
          onCancel={onClose}
        />
      </Form>
    </Dialog>
  );
}

/** A local time as `<input type="datetime-local">` has it, such as `2026-01-31T09:30`. */
function toInputTime(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}
