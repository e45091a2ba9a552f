import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Form } from '../../../components/form.tsx';
import { Icon } from '../../../components/icon.tsx';
import { FailureNotice } from '../../../components/notice.tsx';
import { useAction } from '../../../hooks/use-action.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { api } from '../../../lib/api.ts';
import type { Message, SentToChat } from '../../../lib/types.ts';
import { drawKey, uploadFile } from './send-file.ts';

type Props = {
  /** Of the session in the API. */
  readonly path: string;
  readonly chat: string;
  /** The message that the next one answers. */
  readonly answered: Message | undefined;
  readonly onAnswered: () => void;
  readonly onSent: () => void;
};

/** Writes a message into a chat, as a text or with a file. */
export function SendBox({ path, chat, answered, onAnswered, onSent }: Props) {
  const { t } = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const [file, setFile] = useState<File>();
  const [key, setKey] = useState(drawKey);
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (answered) input.current?.focus();
  }, [answered]);
  // A failed draft is sent with the same key, so that it never arrives twice. A changed one is another message.
  useEffect(() => setKey(drawKey()), [text, file, answered?.messageId]);
  const { run, isBusy, failure } = useAction(
    async () => {
      const replyTo = answered?.messageId;
      const content = file
        ? { ...(await uploadFile(path, file)), ...(text && { caption: text }) }
        : { type: 'text', text };
      const body = { chat, ...content, ...(replyTo && { replyTo }) };
      const headers = { 'Idempotency-Key': key };
      return api<SentToChat>(`${path}/messages`, { method: 'POST', body, headers });
    },
    () => {
      setText('');
      setFile(undefined);
      onAnswered();
      onSent();
    },
  );
  const isEmpty = !file && text.trim() === '';
  function submit(): void {
    if (!isEmpty) run();
  }
  return (
    <Form class="send-box" onSubmit={submit}>
      {answered && <Answered message={answered} onRemove={onAnswered} />}
      {file && <Attached file={file} onRemove={() => setFile(undefined)} />}
      <FailureNotice of={failure} />
      <label class="visually-hidden" for={id}>
        {t(file ? 'compose.caption' : 'compose.text')}
      </label>
      <textarea
        {...{ id, class: 'input', maxLength: 4096, value: text, rows: 2, dir: 'auto', ref: input }}
        placeholder={t(file ? 'compose.caption' : 'compose.text')}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
        }}
      />
      <div class="row spread">
        <FilePicker onFile={setFile} />
        <button type="submit" class="button primary" disabled={isBusy || isEmpty}>
          <Icon name="send" />
          {t('compose.send')}
        </button>
      </div>
    </Form>
  );
}

function FilePicker({ onFile }: { readonly onFile: (file: File | undefined) => void }) {
  const { t } = useWords();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button" onClick={() => picker.current?.click()}>
        <Icon name="clip" />
        {t('compose.attach')}
      </button>
      <input
        type="file"
        ref={picker}
        class="visually-hidden"
        aria-label={t('compose.attach')}
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          onFile(currentTarget.files?.[0]);
          // So that the same file can be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}

function Attached({ file, onRemove }: { readonly file: File; readonly onRemove: () => void }) {
  const { t, format } = useWords();
  return (
    <p class="draft-note">
      <span>
        <span class="visually-hidden">{t('compose.attached')}</span>{' '}
        <bdi class="break">{file.name}</bdi> <span class="soft">{format.bytes(file.size)}</span>
      </span>
      <button type="button" class="button compact" onClick={onRemove}>
        {t('compose.remove')}
      </button>
    </p>
  );
}

type AnsweredProps = { readonly message: Message; readonly onRemove: () => void };

function Answered({ message: { content, type }, onRemove }: AnsweredProps) {
  const { t, name } = useWords();
  return (
    <p class="draft-note">
      <span>
        <span class="soft">{t('compose.replying')}</span>{' '}
        <span class="foreign clipped" dir="auto">
          {content?.text ?? content?.caption ?? name('kind', type)}
        </span>
      </span>
      <button type="button" class="button compact" onClick={onRemove}>
        {t('compose.remove')}
      </button>
    </p>
  );
}
