import type { ComponentChildren } from 'preact';

type Column = {
  readonly title: string;
  readonly class?: string;
  /** Whether only screen readers get the title: that of buttons needs no other. */
  readonly isHidden?: boolean;
};

type Props = {
  /** What screen readers call the table. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The rows. */
  readonly children: ComponentChildren;
};

/** A table that scrolls in its frame if it is too wide. */
export function Table({ caption, columns, children }: Props) {
  return (
    <div class="table-wrap">
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, class: name, isHidden = false }) => (
              <th scope="col" key={title} {...(name && { class: name })}>
                {isHidden ? <span class="visually-hidden">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
