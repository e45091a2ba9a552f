import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useWords } from '../i18n/i18n.tsx';
import { Icon } from './icon.tsx';

type Props = {
  readonly title: string;
  /** For programs and data. */
  readonly isWide?: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/**
 * A modal dialog. The browser keeps the focus inside, closes it on Esc, and returns the focus to the
 * element that opened it.
 */
export function Dialog({ title, isWide = false, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { t } = useWords();
  const label = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    if (element && !element.open) element.showModal();
    return () => {
      // Not closed here: it disappears with its element, and `close` could fire after another has opened.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class={isWide ? 'wide' : ''} aria-labelledby={label} onClose={onClose}>
      <h2 id={label} class="dialog-head break">
        {title}
      </h2>
      <div class="dialog-body break">{children}</div>
      {/* Last, so that the focus begins with what the dialog is for. */}
      <button type="button" class="button quiet icon-only dialog-close" onClick={onClose}>
        <Icon name="cross" />
        <span class="visually-hidden">{t('do.close')}</span>
      </button>
    </dialog>
  );
}

type ActionsProps = {
  /** What the form does when it is submitted. */
  readonly verb: string;
  readonly isDisabled: boolean;
  /** Whether something is lost: the button is red. */
  readonly isDanger?: boolean;
  readonly onCancel: () => void;
};

/** The buttons at the end of a form in a dialog. */
export function DialogActions({ verb, isDisabled, isDanger = false, onCancel }: ActionsProps) {
  const { t } = useWords();
  return (
    <div class="dialog-actions">
      <button type="button" class="button" onClick={onCancel}>
        {t('do.cancel')}
      </button>
      <button
        type="submit"
        class={isDanger ? 'button danger primary' : 'button primary'}
        disabled={isDisabled}
      >
        {verb}
      </button>
    </div>
  );
}
