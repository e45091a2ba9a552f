import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type Props = {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  /** The next step. */
  readonly children?: ComponentChildren;
};

/** In place of a list that has nothing in it: says why, and what to do next. */
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

/** The place of what is being loaded. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div class="card-body" aria-busy="true">
      {Array.from({ length: lines }, (_, line) => (
        <div class="skeleton" key={line} />
      ))}
    </div>
  );
}
