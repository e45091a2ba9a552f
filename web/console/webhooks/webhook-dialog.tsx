import { useState } from 'preact/hooks';
import { Dialog, DialogActions } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { CreatedWebhook, Webhook } from '../../lib/types.ts';
import { EventChoice } from './event-choice.tsx';
import { type Draft, EMPTY_DRAFT, toBody, toDraft } from './webhook-draft.ts';

type NewProps = {
  readonly onMade: (made: CreatedWebhook) => void;
  readonly onClose: () => void;
};

/** Creates an endpoint. */
export function NewWebhook({ onMade, onClose }: NewProps) {
  const { t } = useWords();
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const { run, isBusy, failure } = useAction(
    () => api<CreatedWebhook>('/api/webhooks', { method: 'POST', body: toBody(draft, 'create') }),
    onMade,
  );
  return (
    <Dialog title={t('webhooks.new')} isWide onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        <Fields draft={draft} onDraft={setDraft} />
        <FailureNotice of={failure} />
        <Buttons isReady={!isBusy} draft={draft} verb={t('webhooks.create')} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

type EditProps = {
  readonly webhook: Webhook;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

/** Changes an endpoint, but not its secret. */
export function EditWebhook({ webhook, onDone, onClose }: EditProps) {
  const { t } = useWords();
  const [draft, setDraft] = useState(() => toDraft(webhook));
  const { run, isBusy, failure } = useAction(
    () => api(`/api/webhooks/${webhook.id}`, { method: 'PATCH', body: toBody(draft, 'change') }),
    onDone,
  );
  return (
    <Dialog title={t('webhooks.edit.title')} isWide onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        <Fields draft={draft} onDraft={setDraft} />
        <FailureNotice of={failure} />
        <Buttons isReady={!isBusy} draft={draft} verb={t('webhooks.save')} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

type FieldsProps = { readonly draft: Draft; readonly onDraft: (draft: Draft) => void };

function Fields({ draft, onDraft }: FieldsProps) {
  const { t } = useWords();
  const field = (of: 'url' | 'description' | 'sessions' | 'purposes') => ({
    value: draft[of],
    onValue: (value: string) => onDraft({ ...draft, [of]: value }),
    autocomplete: 'off' as const,
  });
  return (
    <>
      <Field
        {...{ label: t('webhooks.url'), hint: t('webhooks.url.hint') }}
        {...{ required: true, maxLength: 2048, ...field('url') }}
      />
      <Field
        {...{ label: t('webhooks.description'), hint: t('webhooks.description.hint') }}
        {...{ isOptional: true, maxLength: 255, ...field('description') }}
      />
      <EventChoice chosen={draft.events} onChosen={(events) => onDraft({ ...draft, events })} />
      <div class="columns">
        <Field
          {...{ label: t('webhooks.sessions'), hint: t('webhooks.list.hint') }}
          {...{ isOptional: true, ...field('sessions') }}
        />
        <Field
          {...{ label: t('webhooks.purposes'), hint: t('webhooks.list.hint') }}
          {...{ isOptional: true, ...field('purposes') }}
        />
      </div>
      <label class="choice">
        <input
          type="checkbox"
          checked={draft.fullNumbers}
          onChange={({ currentTarget: { checked } }) => onDraft({ ...draft, fullNumbers: checked })}
        />
        {t('webhooks.fullNumbers')}
      </label>
    </>
  );
}

type ButtonsProps = {
  readonly isReady: boolean;
  readonly draft: Draft;
  readonly verb: string;
  readonly onClose: () => void;
};

function Buttons({ isReady, draft, verb, onClose }: ButtonsProps) {
  return (
    <DialogActions
      verb={verb}
      isDisabled={!isReady || draft.events.length === 0 || draft.url.trim() === ''}
      onCancel={onClose}
    />
  );
}
