import { useState } from 'preact/hooks';
import { useAction } from '../hooks/use-action.ts';
import { useWords } from '../i18n/i18n.tsx';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { FailureNotice } from './notice.tsx';

type Props = {
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  /** What the user must type first. Not needed for actions that can be undone. */
  readonly typed?: { readonly label: string; readonly name: string };
  readonly act: () => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

/** Asks before a destructive action. */
export function Confirm({ title, text, verb, typed, act, onDone, onClose }: Props) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const { run, isBusy, failure } = useAction(act, onDone);
  const isSure = typed === undefined || name === typed.name;
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        class="stack"
        onSubmit={() => {
          if (isSure) run();
        }}
      >
        <p>{text}</p>
        {typed && <Field label={typed.label} value={name} onValue={setName} autocomplete="off" />}
        <FailureNotice of={failure} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('do.cancel')}
          </button>
          <button type="submit" class="button danger primary" disabled={!isSure || isBusy}>
            {verb}
          </button>
        </div>
      </Form>
    </Dialog>
  );
}
