import type { ComponentChildren } from 'preact';

type Props = {
  readonly title?: string;
  readonly beside?: ComponentChildren;
  /** Without room around it, as tables want it. */
  readonly isFlush?: boolean;
  readonly children: ComponentChildren;
};

/** One subject of a page. */
export function Card({ title, beside, isFlush = false, children }: Props) {
  return (
    <section class="card" {...(title && { 'aria-label': title })}>
      {title && (
        <div class="card-head">
          <h2>{title}</h2>
          {beside}
        </div>
      )}
      {isFlush ? children : <div class="card-body">{children}</div>}
    </section>
  );
}
