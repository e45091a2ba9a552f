import { useId, useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Switch } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Session, SessionSettings } from '../../lib/types.ts';

const STORES = ['none', 'headers', 'content'] as const;
const USES = [
  ['passcodes', 'settings.use.codes'],
  ['conversations', 'settings.use.conversations'],
  ['both', 'settings.use.both'],
] as const;
const IGNORABLE = ['groups', 'status', 'newsletters'] as const;

/** What a session is for, what it stores, and what it answers. */
export function SessionSettingsCard({ session }: { readonly session: Session }) {
  const { t } = useWords();
  const [saved, setSaved] = useState<SessionSettings>(session);
  const [draft, setDraft] = useState<SessionSettings>(session);
  const [isAsking, setAsking] = useState(false);
  const path = `/api/sessions/${encodeURIComponent(session.sessionId)}`;
  const change = (part: Partial<SessionSettings>) => setDraft({ ...draft, ...part });
  const save = async () => {
    const { store, use, ignore, autoReply } = draft;
    const body = { store, use, ignore, autoReply: autoReply && { text: autoReply.text || null } };
    const changed = await api<SessionSettings>(path, { method: 'PATCH', body });
    setSaved(changed);
    setDraft(changed);
  };
  const { run, isBusy, failure, result } = useAction(async () => {
    await save();
    return true;
  });
  const erases = STORES.indexOf(draft.store) < STORES.indexOf(saved.store);
  const lacksText = draft.use !== 'passcodes' && draft.autoReply !== null && !draft.autoReply.text;
  return (
    <Card title={t('settings.title')}>
      <Form class="stack" onSubmit={() => (erases ? setAsking(true) : run())}>
        <Choice label={t('settings.store')}>
          <Switch
            label={t('settings.store')}
            value={draft.store}
            onValue={(store) => change({ store })}
            options={STORES.map((one) => [one, t(`settings.store.${one}`)] as const)}
          />
        </Choice>
        <Choice label={t('settings.use')} hint={t('settings.use.hint')}>
          <Switch
            label={t('settings.use')}
            value={draft.use}
            onValue={(use) => change({ use })}
            options={USES.map(([one, word]) => [one, t(word)] as const)}
          />
        </Choice>
        <Ignored value={draft.ignore} onValue={(ignore) => change({ ignore })} />
        <Reply
          value={draft.autoReply}
          isOptional={draft.use === 'passcodes'}
          onValue={(autoReply) => change({ autoReply })}
        />
        {lacksText && <Notice tone="warn">{t('settings.reply.needed')}</Notice>}
        <FailureNotice of={failure} />
        {result && <Notice tone="good">{t('settings.saved')}</Notice>}
        <div>
          <button type="submit" class="button primary" disabled={isBusy || lacksText}>
            {t('settings.save')}
          </button>
        </div>
      </Form>
      {isAsking && (
        <Confirm
          title={t('settings.erase')}
          text={t('settings.erase.text')}
          verb={t('settings.erase.do')}
          act={save}
          onDone={() => setAsking(false)}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly hint?: string;
  readonly children: preact.ComponentChildren;
};

function Choice({ label, hint, children }: ChoiceProps) {
  return (
    <div class="field">
      <p class="label">{label}</p>
      {children}
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}

type IgnoredProps = {
  readonly value: SessionSettings['ignore'];
  readonly onValue: (value: SessionSettings['ignore']) => void;
};

function Ignored({ value, onValue }: IgnoredProps) {
  const { t } = useWords();
  return (
    <fieldset>
      <legend>{t('settings.ignore')}</legend>
      <div class="choices">
        {IGNORABLE.map((kind) => (
          <label class="choice" key={kind}>
            <input
              type="checkbox"
              checked={value.includes(kind)}
              onChange={({ currentTarget: { checked } }) => {
                const others = value.filter((one) => one !== kind);
                onValue(checked ? [...others, kind] : others);
              }}
            />
            {t(`settings.ignore.${kind}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type ReplyProps = {
  readonly value: SessionSettings['autoReply'];
  readonly isOptional: boolean;
  readonly onValue: (value: SessionSettings['autoReply']) => void;
};

function Reply({ value, isOptional, onValue }: ReplyProps) {
  const { t } = useWords();
  const id = useId();
  return (
    <>
      <label class="choice">
        <input
          type="checkbox"
          checked={value !== null}
          onChange={({ currentTarget: { checked } }) => onValue(checked ? { text: null } : null)}
        />
        {t('settings.reply')}
      </label>
      {value && (
        <div class="field">
          <label for={id}>
            {t('settings.reply.text')}{' '}
            {isOptional && <span class="soft">({t('say.optional')})</span>}
          </label>
          <textarea
            {...{ id, class: 'input', maxLength: 4096, dir: 'auto', value: value.text ?? '' }}
            aria-describedby={`${id}-hint`}
            onInput={(event) => onValue({ text: event.currentTarget.value || null })}
          />
          <p class="hint" id={`${id}-hint`}>
            {t('settings.reply.builtIn')}
          </p>
        </div>
      )}
    </>
  );
}
