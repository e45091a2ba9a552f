import { useState } from 'preact/hooks';
import { Confirm } from '../../../components/confirm.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Field } from '../../../components/field.tsx';
import { Form } from '../../../components/form.tsx';
import { Icon } from '../../../components/icon.tsx';
import { FailureNotice, Notice } from '../../../components/notice.tsx';
import { useAction } from '../../../hooks/use-action.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { api } from '../../../lib/api.ts';
import type { Message } from '../../../lib/types.ts';

const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const;

type Props = {
  /** Of the session in the API. */
  readonly path: string;
  readonly message: Message;
  readonly isOurs: boolean;
  readonly onReply: () => void;
  readonly onChange: () => void;
};

/** What can be done with a message. */
export function MessageActions({ path, message, isOurs, onReply, onChange }: Props) {
  const { t } = useWords();
  const [asked, setAsked] = useState<'reaction' | 'forward' | 'revoke'>();
  const close = () => setAsked(undefined);
  const of = `${path}/messages/${encodeURIComponent(message.messageId)}`;
  const act = (action: string, body: object) =>
    api(`${of}/${action}`, { method: 'POST', body, query: { chat: message.chat } });
  const react = useAction(
    (emoji: string) => act('reaction', { emoji }),
    () => {
      close();
      onChange();
    },
  );
  const mine = message.reactions.find(({ isFromMe }) => isFromMe)?.emoji;
  return (
    <div class="message-actions">
      <fieldset class="row tight">
        <legend class="visually-hidden">{t('message.more')}</legend>
        <Action icon="reply" text={t('message.reply')} onClick={onReply} />
        <Action icon="smile" text={t('message.react')} onClick={() => setAsked('reaction')} />
        <Action icon="forward" text={t('message.forward')} onClick={() => setAsked('forward')} />
        {isOurs && (
          <Action icon="cross" text={t('message.revoke')} onClick={() => setAsked('revoke')} />
        )}
      </fieldset>
      {asked === 'reaction' && (
        <Dialog title={t('message.react')} onClose={close}>
          <div class="row">
            {EMOJI.map((emoji) => (
              <button
                type="button"
                key={emoji}
                class="button emoji"
                aria-pressed={emoji === mine}
                disabled={react.isBusy}
                onClick={() => react.run(emoji)}
              >
                {emoji}
              </button>
            ))}
          </div>
          {mine && (
            <button type="button" class="button" onClick={() => react.run('')}>
              {t('message.react.remove')}
            </button>
          )}
          <FailureNotice of={react.failure} />
        </Dialog>
      )}
      {asked === 'forward' && <Forward forward={(to) => act('forward', { to })} onClose={close} />}
      {asked === 'revoke' && (
        <Confirm
          title={t('message.revoke.title')}
          text={t('message.revoke.text')}
          verb={t('message.revoke')}
          act={() => act('revoke', {})}
          onDone={() => {
            close();
            onChange();
          }}
          onClose={close}
        />
      )}
    </div>
  );
}

type ActionProps = {
  readonly icon: 'reply' | 'smile' | 'forward' | 'cross';
  readonly text: string;
  readonly onClick: () => void;
};

function Action({ icon, text, onClick }: ActionProps) {
  return (
    <button type="button" class="button quiet icon-only small-icon" title={text} onClick={onClick}>
      <Icon name={icon} />
      <span class="visually-hidden">{text}</span>
    </button>
  );
}

type ForwardProps = {
  readonly forward: (to: string) => Promise<unknown>;
  readonly onClose: () => void;
};

function Forward({ forward, onClose }: ForwardProps) {
  const { t } = useWords();
  const [to, setTo] = useState('');
  const { run, isBusy, failure, result } = useAction(forward);
  return (
    <Dialog title={t('message.forward.title')} onClose={onClose}>
      <Form class="stack" onSubmit={() => run(to)}>
        <Field
          {...{ label: t('session.message.to'), value: to, onValue: setTo, required: true }}
          {...{ type: 'tel', inputMode: 'tel', autocomplete: 'off' }}
        />
        <FailureNotice of={failure} />
        {result !== undefined && <Notice tone="good">{t('message.forward.done')}</Notice>}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t(result === undefined ? 'do.cancel' : 'do.done')}
          </button>
          <button type="submit" class="button primary" disabled={isBusy || result !== undefined}>
            {t('message.forward')}
          </button>
        </div>
      </Form>
    </Dialog>
  );
}
