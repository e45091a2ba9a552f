import { useState } from 'preact/hooks';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { secondsUntil, useNow } from '../../hooks/use-now.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { PairingCode as Code, Session } from '../../lib/types.ts';
import { Steps } from './session-steps.tsx';

/** Links a phone with a pairing code instead of a QR code. */
export function PairingCode({ session }: { readonly session: Session }) {
  const { t } = useWords();
  const now = useNow();
  const [number, setNumber] = useState('');
  const path = `/api/sessions/${encodeURIComponent(session.sessionId)}/pair-request`;
  const { run, isBusy, failure, result } = useAction(() =>
    api<Code>(path, { method: 'POST', body: { number } }),
  );
  const seconds = result ? secondsUntil(result.expiresAt, now) : 0;
  return (
    <div class="columns">
      <Form class="stack" onSubmit={() => run()}>
        <Field
          {...{ label: t('link.number'), value: number, onValue: setNumber, required: true }}
          {...{ type: 'tel', inputMode: 'tel', autocomplete: 'off', hint: t('test.phone.hint') }}
        />
        <FailureNotice of={failure} />
        <div>
          <button type="submit" class="button primary" disabled={isBusy}>
            {t('link.getCode')}
          </button>
        </div>
        {result && seconds > 0 && (
          <div role="status">
            <p class="pairing-code">{spell(result.pairingCode)}</p>
            <p class="soft small">{t('link.codeExpires', { seconds })}</p>
          </div>
        )}
      </Form>
      <Steps last={t('link.code3')} />
    </div>
  );
}

/** Splits the code into two halves, as in WhatsApp. */
function spell(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
