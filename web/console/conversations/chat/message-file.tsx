import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../../../components/icon.tsx';
import { FailureNotice } from '../../../components/notice.tsx';
import { useAction } from '../../../hooks/use-action.ts';
import { useWords } from '../../../i18n/i18n.tsx';
import { call, saveAs } from '../../../lib/api.ts';
import type { Message } from '../../../lib/types.ts';

type Props = { readonly path: string; readonly message: Message };

/** The types by their bytes, as the API states them, that are shown. Others can only be downloaded. */
const PICTURES: readonly string[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

/** The file of a message, which is fetched from WhatsApp when the user asks for it. */
export function MessageFile({ path, message }: Props) {
  const { t, name, format } = useWords();
  const { content, type, messageId, chat } = message;
  const isVoice = content?.isVoice === true;
  const isPicture = type === 'image' || type === 'sticker';
  const load = async () => {
    const file = `${path}/messages/${encodeURIComponent(messageId)}/media`;
    return (await call(file, { query: { chat } })).blob();
  };
  const show = useAction(load);
  const save = useAction(load, (blob) => saveAs(blob, content?.fileName ?? `${type}-${messageId}`));
  const picture = show.result && PICTURES.includes(show.result.type) ? show.result : undefined;
  return (
    <div class="file">
      {picture ? (
        <Picture blob={picture} />
      ) : (
        <p class="small">
          <span class="strong">{isVoice ? t('message.voice') : name('kind', type)}</span>{' '}
          {content?.fileName && <bdi class="break">{content.fileName}</bdi>}{' '}
          <span class="soft nowrap">{format.bytes(content?.sizeBytes ?? 0)}</span>
        </p>
      )}
      <div class="row tight">
        {isPicture && !picture && (
          <button
            type="button"
            class="button compact"
            disabled={show.isBusy}
            onClick={() => show.run()}
          >
            <Icon name="eye" />
            {t('message.picture')}
          </button>
        )}
        <button
          type="button"
          class="button compact"
          disabled={save.isBusy}
          onClick={() => save.run()}
        >
          <Icon name="down" />
          {t('message.download')}
        </button>
      </div>
      <FailureNotice of={show.failure ?? save.failure} />
    </div>
  );
}

function Picture({ blob }: { readonly blob: Blob }) {
  const { t } = useWords();
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address ? <img class="picture" src={address} alt={t('message.picture.alt')} /> : null;
}
