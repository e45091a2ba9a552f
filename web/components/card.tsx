import type { ComponentChildren } from 'preact';

type Props = {
  readonly title?: string;
  readonly beside?: ComponentChildren;
  /** Without padding, for tables. */
  readonly isFlush?: boolean;
  readonly children: ComponentChildren;
};

/** A section of a page. */
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
