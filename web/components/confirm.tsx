import { useState } from 'preact/hooks';
import { useAction } from '../hooks/use-action.ts';
import { Dialog, DialogActions } from './dialog.tsx';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import { FailureNotice } from './notice.tsx';

type Props = {
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  /** What the user must type first. Not needed for actions that can be undone. */
  readonly typed?: { readonly label: string; readonly name: string };
  /** Whether nothing is lost. Otherwise, the button is red. */
  readonly isSafe?: boolean;
  readonly act: () => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

/** Asks before an action. */
export function Confirm({ title, text, verb, typed, isSafe = false, ...acts }: Props) {
  const { act, onDone, onClose } = acts;
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
        <DialogActions
          verb={verb}
          isDisabled={!isSure || isBusy}
          isDanger={!isSafe}
          onCancel={onClose}
        />
      </Form>
    </Dialog>
  );
}
