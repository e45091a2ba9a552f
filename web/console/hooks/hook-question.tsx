import { Confirm } from '../../components/confirm.tsx';
import { CopyBox } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { navigate } from '../../lib/router.ts';
import type { CreatedHook, Hook } from '../../lib/types.ts';
import { EditHook, NewHook, RotateHook } from './hook-dialog.tsx';
import { SampleRequest } from './hook-request.tsx';

/** The open dialog of a page. */
export type Asked =
  | { readonly what: 'new' }
  | { readonly what: 'edit' | 'rotate' | 'delete'; readonly hook: Hook }
  | { readonly what: 'secret'; readonly made: CreatedHook };

type Props = {
  readonly asked: Asked;
  readonly onAsk: (asked: Asked | undefined) => void;
  /** The hooks have changed. */
  readonly onChange: () => void;
};

/** The open dialog: a new hook, its secret, or a change. */
export function HookQuestion({ asked, onAsk, onChange }: Props) {
  const onClose = () => onAsk(undefined);
  function onMade(made: CreatedHook): void {
    onAsk({ what: 'secret', made });
    onChange();
  }
  function onDone(): void {
    onClose();
    onChange();
  }
  if (asked.what === 'new') return <NewHook key="new" onMade={onMade} onClose={onClose} />;
  if (asked.what === 'secret') return <Secret key="secret" made={asked.made} onClose={onClose} />;
  const { what, hook } = asked;
  if (what === 'edit') return <EditHook key="edit" {...{ hook, onDone, onClose }} />;
  if (what === 'rotate') return <RotateHook key="rotate" {...{ hook, onMade, onClose }} />;
  return <Deletion key="delete" {...{ hook, onClose }} />;
}

type DeletionProps = { readonly hook: Hook; readonly onClose: () => void };

function Deletion({ hook, onClose }: DeletionProps) {
  const { t, name } = useWords();
  const { id, description, dialect } = hook;
  return (
    <Confirm
      title={t('hooks.delete.title')}
      text={t('hooks.delete.text', { name: description ?? name('dialect', dialect) })}
      verb={t('hooks.delete')}
      act={() => api(`/api/hooks/${id}`, { method: 'DELETE' })}
      onDone={() => navigate('/hooks')}
      onClose={onClose}
    />
  );
}

type SecretProps = { readonly made: CreatedHook; readonly onClose: () => void };

/** Shows the address of a hook and its secret, once. */
function Secret({ made: { id, url, secret }, onClose }: SecretProps) {
  const { t } = useWords();
  return (
    <Dialog title={t('hooks.made')} isWide onClose={onClose}>
      <Notice tone="warn">{t('hooks.made.text')}</Notice>
      <h3>{t('hooks.url')}</h3>
      <CopyBox text={url} />
      <h3>{t('hooks.secret.made')}</h3>
      <CopyBox text={secret} />
      <details>
        <summary>{t('hooks.sample')}</summary>
        <div class="stack">
          <SampleRequest {...{ id, secret }} />
        </div>
      </details>
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={onClose}>
          {t('do.done')}
        </button>
      </div>
    </Dialog>
  );
}
