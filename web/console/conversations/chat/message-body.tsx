import { useState } from 'preact/hooks';
import { Icon } from '../../../components/icon.tsx';
import { useWords } from '../../../i18n/i18n.tsx';
import type { Message, MessageContent } from '../../../lib/types.ts';
import { MessageFile } from './message-file.tsx';

type Props = {
  /** Of the session in the API. */
  readonly path: string;
  readonly message: Message;
};

const FILES: readonly string[] = ['image', 'video', 'audio', 'document', 'sticker'];

/**
 * What a message says. All of it is untrusted and shown as text, isolated, so that its letters change nothing around it.
 * Nothing in it is a link, and no file is loaded before it is asked for.
 */
export function MessageBody({ path, message }: Props) {
  const { t, name } = useWords();
  const { content, type } = message;
  if (message.revokedAt) return <Remark text={t('message.revoked')} />;
  if (type === 'unsupported' || type === 'undecrypted')
    return <Remark text={t(`message.${type}`)} />;
  if (!content) {
    return <Remark text={type === 'text' ? t('message.notStored') : name('kind', type)} />;
  }
  if (FILES.includes(type)) {
    return (
      <>
        <MessageFile path={path} message={message} />
        {content.caption && <Words text={content.caption} />}
      </>
    );
  }
  return <Special content={content} type={type} />;
}

function Remark({ text }: { readonly text: string }) {
  return <p class="soft remark">{text}</p>;
}

function Special({ content, type }: { readonly content: MessageContent; readonly type: string }) {
  const { t } = useWords();
  switch (type) {
    case 'location':
      return (
        <Titled title={t('message.place')}>
          <Words text={[content.name, content.address].filter(Boolean).join('\n')} />
          <p class="small">
            {content.latitude}, {content.longitude}
          </p>
        </Titled>
      );
    case 'contact':
      return (
        <>
          {content.contacts?.map(({ name, vcard }) => (
            <Titled key={vcard} title={name}>
              <Words text={numbersOf(vcard)} />
            </Titled>
          ))}
        </>
      );
    case 'poll':
      return (
        <Titled title={t('message.poll')}>
          <Words text={content.question ?? ''} />
          <ul class="poll">
            {content.options?.map((option) => (
              <li key={option} class="foreign" dir="auto">
                {option}
              </li>
            ))}
          </ul>
        </Titled>
      );
    default:
      return <Words text={content.text ?? ''} />;
  }
}

type TitledProps = { readonly title: string; readonly children: preact.ComponentChildren };

function Titled({ title, children }: TitledProps) {
  return (
    <>
      <p class="strong small foreign" dir="auto">
        {title}
      </p>
      {children}
    </>
  );
}

/** The numbers in a vCard. */
function numbersOf(vcard: string): string {
  return [...vcard.matchAll(/^(?:item\d+\.)?TEL[^:\r\n]*:(.+)$/gim)]
    .map(([, tel]) => tel)
    .join('\n');
}

/** What is shown of a long text at first. */
const LONGEST = 1500;

function Words({ text }: { readonly text: string }) {
  const { t } = useWords();
  const [isWhole, setWhole] = useState(false);
  if (text === '') return null;
  const letters = [...text];
  const isCut = !isWhole && letters.length > LONGEST;
  return (
    <>
      <p class="foreign" dir="auto">
        {isCut ? `${letters.slice(0, LONGEST).join('')}…` : text}
      </p>
      {isCut && (
        <button type="button" class="link-button small" onClick={() => setWhole(true)}>
          <Icon name="down" />
          {t('message.whole')}
        </button>
      )}
    </>
  );
}
