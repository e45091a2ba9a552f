import { useState } from 'preact/hooks';
import { Dialog, DialogActions } from '../../components/dialog.tsx';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useChannelNames } from '../../hooks/use-channel-names.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { nameRecipient } from '../../lib/input/recipient.ts';
import type { Sent } from '../../lib/types.ts';
import { TestProgress } from './test-progress.tsx';

type Wanted = { readonly recipient: string; readonly channel: string; readonly locale: string };

/** Sends a code. Without a channel, the service chooses one. */
function send({ recipient, channel, locale }: Wanted): Promise<Sent> {
  const body = { ...nameRecipient(recipient), locale, ...(channel !== '' && { channel }) };
  return api<Sent>('/api/otp/send', { method: 'POST', body });
}

/** Sends a test code to the user's own phone or email address and shows its progress. */
export function TestDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const [sent, setSent] = useState<Sent>();
  return (
    <Dialog title={t('test.title')} onClose={onClose}>
      {sent ? (
        <TestProgress sent={sent} onAgain={() => setSent(undefined)} onClose={onClose} />
      ) : (
        <TestForm onSent={setSent} onClose={onClose} />
      )}
    </Dialog>
  );
}

type FormProps = { readonly onSent: (sent: Sent) => void; readonly onClose: () => void };

function TestForm({ onSent, onClose }: FormProps) {
  const { t, name, locale: own } = useWords();
  const [wanted, setWanted] = useState<Wanted>({ recipient: '', channel: '', locale: own });
  const channels = useChannelNames();
  const { run, isBusy, failure } = useAction(() => send(wanted), onSent);
  const change = (field: keyof Wanted) => (value: string) =>
    setWanted((old) => ({ ...old, [field]: value }));
  return (
    <Form class="stack" onSubmit={() => run()}>
      <Field
        {...{ label: t('codes.recipient.typed'), hint: t('test.recipient.hint') }}
        {...{ value: wanted.recipient, onValue: change('recipient'), required: true }}
        autocomplete="tel"
      />
      <div class="columns">
        <Select
          label={t('test.channel')}
          value={wanted.channel}
          onValue={change('channel')}
          options={[
            ['', t('test.channel.auto')],
            ...channels.map((channel) => [channel, name('channel', channel)] as const),
          ]}
        />
        <Select
          label={t('test.language')}
          value={wanted.locale}
          onValue={change('locale')}
          options={[
            ['id', 'Bahasa Indonesia'],
            ['en', 'English'],
          ]}
        />
      </div>
      <FailureNotice of={failure} />
      <DialogActions
        verb={t(isBusy ? 'test.sending' : 'test.send')}
        isDisabled={isBusy}
        onCancel={onClose}
      />
    </Form>
  );
}
