import { useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { Area, Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { channelKinds, useChannelNames } from '../../hooks/use-channel-names.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { directionOf } from '../../lib/direction.ts';
import type { Template, TemplatePreview } from '../../lib/types.ts';

const PLACEHOLDERS = '{{code}}, {{company}}, {{minutes}}';

type Draft = Pick<Template, 'channel' | 'locale' | 'text'>;

export function templatePath({ channel, locale }: Pick<Template, 'channel' | 'locale'>): string {
  return `/api/templates/${encodeURIComponent(channel)}/${encodeURIComponent(locale.trim())}`;
}

function save({ text, ...target }: Draft): Promise<Template> {
  return api<Template>(templatePath(target), { method: 'PUT', body: { text } });
}

/** Returns the text with its preview, because the user may change the text meanwhile. */
async function preview({ text }: Draft) {
  const path = '/api/templates/preview';
  return { draft: text, ...(await api<TemplatePreview>(path, { method: 'POST', body: { text } })) };
}

type Props = {
  /** The template to change; without one, a new template. */
  readonly template?: Template;
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

/** Creates a template or changes its text. */
export function TemplateDialog({ template, onSaved, onClose }: Props) {
  const { t, locale } = useWords();
  const [draft, setDraft] = useState<Draft>(template ?? { channel: '*', locale, text: '' });
  const saving = useAction(() => save(draft), onSaved);
  const viewing = useAction(() => preview(draft));
  const change = (field: keyof Draft) => (value: string) =>
    setDraft((old) => ({ ...old, [field]: value }));
  return (
    <Dialog title={t(template ? 'templates.edit.title' : 'templates.new')} onClose={onClose}>
      <Form class="stack" onSubmit={() => saving.run()}>
        {!template && <Target draft={draft} onChange={change} />}
        <TextField value={draft.text} onValue={change('text')} />
        <FailureNotice of={saving.failure ?? viewing.failure} />
        {viewing.result?.draft === draft.text && <Preview of={viewing.result} />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('do.cancel')}
          </button>
          <button
            type="button"
            class="button"
            disabled={viewing.isBusy || draft.text === ''}
            onClick={() => viewing.run()}
          >
            {t('templates.preview')}
          </button>
          <button type="submit" class="button primary" disabled={saving.isBusy}>
            {t('templates.save')}
          </button>
        </div>
      </Form>
    </Dialog>
  );
}

type TargetProps = {
  readonly draft: Draft;
  readonly onChange: (field: 'channel' | 'locale') => (value: string) => void;
};

function Target({ draft, onChange }: TargetProps) {
  const { t, name } = useWords();
  const channels = new Set([...channelKinds, ...useChannelNames()]);
  return (
    <div class="columns">
      <Select
        label={t('templates.channel')}
        value={draft.channel}
        onValue={onChange('channel')}
        options={[
          ['*', t('templates.channel.all')],
          ...[...channels].map((channel) => [channel, name('channel', channel)] as const),
        ]}
      />
      <Field
        {...{ label: t('templates.language'), hint: t('templates.language.hint') }}
        {...{ value: draft.locale, onValue: onChange('locale') }}
        {...{ required: true, maxLength: 35, autocomplete: 'off' }}
      />
    </div>
  );
}

type TextProps = { readonly value: string; readonly onValue: (value: string) => void };

function TextField({ value, onValue }: TextProps) {
  const { t } = useWords();
  return (
    <Area
      {...{ label: t('templates.text'), hint: t('templates.text.hint', { list: PLACEHOLDERS }) }}
      {...{ dir: directionOf(value), required: true, maxLength: 1000, value, onValue }}
    />
  );
}

/** A message with an example of a code, and what it costs as SMS. */
function Preview({ of: { example, encoding, segments } }: { readonly of: TemplatePreview }) {
  const { t } = useWords();
  return (
    <div class="field" role="status">
      <span class="label">{t('templates.example')}</span>
      <p class="message-example" dir="auto">
        {example}
      </p>
      <p class="hint">
        {t('templates.segments', { count: segments })} · {encoding} · {t('templates.longest')}
      </p>
    </div>
  );
}
