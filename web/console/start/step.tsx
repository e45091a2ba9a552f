import type { ComponentChildren } from 'preact';
import { Icon } from '../../components/icon.tsx';
import { useWords } from '../../i18n/i18n.tsx';

type Props = {
  readonly isDone: boolean;
  readonly title: string;
  readonly text: string;
  /** The way to do it. */
  readonly children: ComponentChildren;
};

/** A step of the checklist, with a mark when it is done. */
export function Step({ isDone, title, text, children }: Props) {
  const { t } = useWords();
  return (
    <li class={isDone ? 'is-done' : ''}>
      <div>
        <h3>
          {isDone && <Icon name="check" />}
          {title}
          {isDone && <span class="visually-hidden"> ({t('start.done')})</span>}
        </h3>
        <p class="soft small">{text}</p>
      </div>
      {children}
    </li>
  );
}
