import { useState } from 'preact/hooks';
import { Dialog, DialogActions } from '../../components/dialog.tsx';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { digitsOf, patternOf } from '../../lib/input/typed-code.ts';
import { inDays } from '../../lib/range.ts';
import type { TestNumber } from '../../lib/types.ts';

/** For how many days a number can be a test number; the API accepts other times of up to a year. */
const LIVES = ['7', '30', '90', '365'] as const;

/** The path of a test number, as people write it. */
export function numberPath(phoneNumber: string): string {
  return `/api/test-numbers/${encodeURIComponent(phoneNumber.trim())}`;
}

type Props = {
  /** The test number whose code and time are replaced; without one, a new test number. */
  readonly number?: TestNumber;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

/** Makes a number a test number, or replaces its code and how long it is valid. */
export function NumberDialog({ number, onDone, onClose }: Props) {
  const { t } = useWords();
  const [phoneNumber, setPhoneNumber] = useState(number?.phoneNumber ?? '');
  const [otp, setOtp] = useState('');
  const [days, setDays] = useState('30');
  const { run, isBusy, failure } = useAction(
    () =>
      api<TestNumber>(numberPath(phoneNumber), {
        method: 'PUT',
        body: { otp: digitsOf(otp), validUntil: inDays(Number(days)) },
      }),
    onDone,
  );
  const title = number
    ? t('testNumbers.edit.title', { number: number.phoneNumber })
    : t('testNumbers.new');
  return (
    <Dialog title={title} onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        {!number && (
          <Field
            {...{ label: t('session.message.to'), hint: t('test.phone.hint'), required: true }}
            {...{ type: 'tel', inputMode: 'tel', autocomplete: 'off' }}
            {...{ value: phoneNumber, onValue: setPhoneNumber }}
          />
        )}
        <Field
          {...{ label: t('testNumbers.code'), hint: t('testNumbers.code.hint'), required: true }}
          {...{ inputMode: 'numeric', autocomplete: 'off', pattern: patternOf('6,10') }}
          {...{ value: otp, onValue: setOtp }}
        />
        <Select
          {...{ label: t('testNumbers.life'), value: days, onValue: setDays }}
          options={LIVES.map((life) => [life, t('testNumbers.days', { count: life })] as const)}
        />
        <FailureNotice of={failure} />
        <DialogActions verb={t('testNumbers.save')} isDisabled={isBusy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
