import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog, DialogActions } from '../../components/dialog.tsx';
import { Field, Select, Switch } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Failure } from '../../lib/failure.ts';
import type { CreatedHook, Hook } from '../../lib/types.ts';
import { EMPTY_DRAFT, type NewDraft, toBody, toChanges, toDraft } from './hook-draft.ts';
import { HookFields } from './hook-fields.tsx';

/** The servers whose calls a hook reads. vite.config.ts reads them from docs/openapi.json. */
declare const HOOK_DIALECTS: readonly Hook['dialect'][];

type NewProps = { readonly onMade: (made: CreatedHook) => void; readonly onClose: () => void };

/** Creates a hook. */
export function NewHook({ onMade, onClose }: NewProps) {
  const { t, name } = useWords();
  const [draft, setDraft] = useState<NewDraft>(EMPTY_DRAFT);
  const { run, ...state } = useAction(
    () => api<CreatedHook>('/api/hooks', { method: 'POST', body: toBody(draft) }),
    onMade,
  );
  return (
    <Frame title={t('hooks.new')} verb={t('hooks.create')} {...{ run, onClose, ...state }}>
      <Select
        label={t('hooks.dialect')}
        value={draft.dialect}
        onValue={(dialect) => setDraft({ ...draft, dialect: dialect as Hook['dialect'] })}
        options={HOOK_DIALECTS.map((dialect) => [dialect, name('dialect', dialect)] as const)}
      />
      <div class="field">
        <p class="label">{t('keys.mode')}</p>
        <Switch
          label={t('keys.mode')}
          value={draft.mode}
          onValue={(mode) => setDraft({ ...draft, mode })}
          options={[
            ['live', t('keys.live')],
            ['test', t('keys.testMode')],
          ]}
        />
        <p class="hint">{t('hooks.mode.hint')}</p>
      </div>
      <HookFields draft={draft} onDraft={(fields) => setDraft({ ...draft, ...fields })} />
      <SecretField value={draft.secret} onValue={(secret) => setDraft({ ...draft, secret })} />
    </Frame>
  );
}

type EditProps = { readonly hook: Hook; readonly onDone: () => void; readonly onClose: () => void };

/** Changes a hook, but not its secret. */
export function EditHook({ hook, onDone, onClose }: EditProps) {
  const { t } = useWords();
  const [draft, setDraft] = useState(() => toDraft(hook));
  const { run, ...state } = useAction(
    () => api(`/api/hooks/${hook.id}`, { method: 'PATCH', body: toChanges(draft) }),
    onDone,
  );
  return (
    <Frame title={t('hooks.edit.title')} verb={t('hooks.save')} {...{ run, onClose, ...state }}>
      <HookFields draft={draft} onDraft={setDraft} />
    </Frame>
  );
}

type RotateProps = NewProps & { readonly hook: Hook };

/** Replaces the secret of a hook, by a new one or by one that the server has chosen. */
export function RotateHook({ hook, onMade, onClose }: RotateProps) {
  const { t } = useWords();
  const [secret, setSecret] = useState('');
  const body = secret === '' ? {} : { secret };
  const { run, ...state } = useAction(
    () => api<CreatedHook>(`/api/hooks/${hook.id}/rotate`, { method: 'POST', body }),
    onMade,
  );
  return (
    <Frame title={t('hooks.rotate.title')} verb={t('hooks.rotate')} {...{ run, onClose, ...state }}>
      <p>{t('hooks.rotate.text')}</p>
      <SecretField value={secret} onValue={setSecret} />
    </Frame>
  );
}

type SecretProps = { readonly value: string; readonly onValue: (value: string) => void };

function SecretField({ value, onValue }: SecretProps) {
  const { t } = useWords();
  return (
    <Field
      {...{ label: t('hooks.secret'), hint: t('hooks.secret.hint'), isOptional: true }}
      {...{ type: 'password', autocomplete: 'off', maxLength: 255, value, onValue }}
    />
  );
}

type FrameProps = {
  readonly title: string;
  readonly verb: string;
  readonly run: () => void;
  readonly isBusy: boolean;
  readonly failure: Failure | undefined;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

function Frame({ title, verb, run, isBusy, failure, onClose, children }: FrameProps) {
  return (
    <Dialog title={title} isWide onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        {children}
        <FailureNotice of={failure} />
        <DialogActions verb={verb} isDisabled={isBusy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
