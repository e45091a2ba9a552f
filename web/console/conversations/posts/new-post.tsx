import { useId, useState } from 'preact/hooks';
import { Dialog, DialogActions } from '../../../components/dialog.tsx';
import { Switch } from '../../../components/field.tsx';
import { Form } from '../../../components/form.tsx';
import { FailureNotice } from '../../../components/notice.tsx';
import { useAction } from '../../../hooks/use-action.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { api } from '../../../lib/api.ts';

type Props = {
  /** Of the status posts in the API. */
  readonly path: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

const DEFAULT_COLOR = '#075e54';

/** What WhatsApp's own clients accept. */
const LONGEST_TEXT = 700;

/** Publishes a text that people can see for 24 hours. */
export function NewPost({ path, onDone, onClose }: Props) {
  const { t } = useWords();
  const ids = { text: useId(), color: useId(), numbers: useId() };
  const [text, setText] = useState('');
  const [backgroundColor, setColor] = useState(DEFAULT_COLOR);
  const [audience, setAudience] = useState<'known' | 'some'>('known');
  const [numbers, setNumbers] = useState('');
  const { run, isBusy, failure } = useAction(() => {
    const seenBy =
      audience === 'known' ? { audience: 'known_contacts' } : { to: toNumbers(numbers) };
    return api(path, { method: 'POST', body: { type: 'text', text, backgroundColor, ...seenBy } });
  }, onDone);
  return (
    <Dialog title={t('posts.new')} onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        <div class="field">
          <label for={ids.text}>{t('posts.text')}</label>
          <textarea
            {...{ id: ids.text, class: 'input', required: true, maxLength: LONGEST_TEXT }}
            {...{ dir: 'auto', value: text }}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for={ids.color}>{t('posts.color')}</label>
          <input
            {...{ id: ids.color, class: 'input swatch', type: 'color', value: backgroundColor }}
            onInput={(event) => setColor(event.currentTarget.value)}
          />
        </div>
        <Switch
          label={t('posts.audience')}
          value={audience}
          onValue={setAudience}
          options={[
            ['known', t('posts.audience.known')],
            ['some', t('posts.audience.some')],
          ]}
        />
        {audience === 'some' && (
          <div class="field">
            <label for={ids.numbers}>{t('posts.numbers')}</label>
            <textarea
              {...{ id: ids.numbers, class: 'input', required: true, value: numbers }}
              aria-describedby={`${ids.numbers}-hint`}
              onInput={(event) => setNumbers(event.currentTarget.value)}
            />
            <p class="hint" id={`${ids.numbers}-hint`}>
              {t('posts.numbers.hint')}
            </p>
          </div>
        )}
        <FailureNotice of={failure} />
        <DialogActions verb={t('posts.publish')} isDisabled={isBusy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}

function toNumbers(text: string): readonly string[] {
  return text
    .split(/[,;\n]/)
    .map((number) => number.trim())
    .filter(Boolean);
}
