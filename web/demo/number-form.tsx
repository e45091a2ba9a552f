import { useState } from 'preact/hooks';
import { Field, Select } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { FailureNotice } from '../components/notice.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useWords } from '../i18n/i18n.tsx';
import { detectRegion, listRegions, toInternational } from './calling-codes.ts';
import { awaited, type Sent, sendCode } from './demo-calls.ts';
import { type Awaited, startMessage } from './message-calls.ts';

type NumberProps = {
  readonly onSent: (sent: Sent) => void;
  readonly onMessage: (message: Awaited) => void;
};

/** Asks for a phone number, in the way of the visitor's country or with a country code. */
export function AskNumber({ onSent, onMessage }: NumberProps) {
  const { t, locale, format } = useWords();
  const earlier = awaited.read();
  const [phoneNumber, setPhoneNumber] = useState('');
  const [region, setRegion] = useState(() => detectRegion(navigator.languages));
  const { run, isBusy, failure } = useAction(
    () => sendCode(toInternational(phoneNumber, region), locale),
    onSent,
  );
  return (
    <Form class="stack" onSubmit={() => run()}>
      <div>
        <h1>{t('demo.title')}</h1>
        <p class="soft small">{t('demo.lead')}</p>
      </div>
      <Select
        label={t('demo.region')}
        value={region}
        onValue={setRegion}
        options={[['', t('demo.region.none')], ...listRegions(format.language)]}
      />
      <Field
        {...{ label: t('demo.phone'), hint: t('demo.phone.hint'), value: phoneNumber }}
        {...{ onValue: setPhoneNumber, required: true, type: 'tel', inputMode: 'tel' }}
        autocomplete="tel"
      />
      <FailureNotice of={failure} />
      <button type="submit" class="button primary wide" disabled={isBusy}>
        {t(isBusy ? 'demo.sending' : 'demo.send')}
      </button>
      <OtherWay onMessage={onMessage} />
      {earlier && (
        <button type="button" class="link-button small" onClick={() => onSent(earlier)}>
          {t('demo.back', { phone: earlier.phoneNumber })}
        </button>
      )}
    </Form>
  );
}

/** The visitor writes first, so that no code has to reach a stranger. */
function OtherWay({ onMessage }: Pick<NumberProps, 'onMessage'>) {
  const { t, locale } = useWords();
  const { run, isBusy, failure } = useAction(() => startMessage(locale), onMessage);
  return (
    <>
      <button type="button" class="button wide" disabled={isBusy} onClick={() => run()}>
        {t('demo.message')}
      </button>
      <FailureNotice of={failure} />
    </>
  );
}
