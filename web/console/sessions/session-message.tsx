import { useId, useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Icon } from '../../components/icon.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Session } from '../../lib/types.ts';

type Props = {
  readonly session: Session;
  /** Whether the API does not answer, so that nothing can be sent. */
  readonly isAway: boolean;
};

/** Sends a text from a session. */
export function SessionMessage({ session, isAway }: Props) {
  const { t } = useWords();
  const id = useId();
  const [to, setTo] = useState('');
  const [message, setMessage] = useState('');
  const path = `/api/sessions/${encodeURIComponent(session.sessionId)}/send-message`;
  const { run, isBusy, failure, result } = useAction(
    () => api(path, { method: 'POST', body: { to, message } }),
    () => setMessage(''),
  );
  const isOpen = session.state === 'open';
  // What was typed stays while the connection is interrupted.
  const isShown = isOpen || to !== '' || message !== '';
  return (
    <Card title={t('session.message')}>
      <p class="soft small">{t(isOpen ? 'session.message.hint' : 'session.message.closed')}</p>
      {isShown && (
        <Form class="stack" onSubmit={() => run()}>
          <Field
            {...{ label: t('session.message.to'), value: to, onValue: setTo, required: true }}
            {...{ type: 'tel', inputMode: 'tel', autocomplete: 'off' }}
          />
          <div class="field">
            <label for={id}>{t('session.message.text')}</label>
            <textarea
              {...{ id, class: 'input', required: true, maxLength: 4096, value: message }}
              onInput={(event) => setMessage(event.currentTarget.value)}
            />
          </div>
          <FailureNotice of={failure} />
          {result !== undefined && <Notice tone="good">{t('session.message.sent')}</Notice>}
          <div>
            <button type="submit" class="button primary" disabled={isBusy || !isOpen || isAway}>
              <Icon name="send" />
              {t('session.message.send')}
            </button>
          </div>
        </Form>
      )}
    </Card>
  );
}
