import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type Props = {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  /** The next step. */
  readonly children?: ComponentChildren;
};

/** Replaces an empty list: explains why it is empty and what to do next. */
export function Empty({ icon, title, text, children }: Props) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** A placeholder while something loads. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div class="card-body" aria-busy="true">
      {Array.from({ length: lines }, (_, line) => (
        <div class="skeleton" key={line} />
      ))}
    </div>
  );
}
