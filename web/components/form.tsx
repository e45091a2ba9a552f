import type { ComponentChildren } from 'preact';

type Props = {
  readonly class: string;
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
};

/** A form whose submission is handled by the page. */
export function Form({ onSubmit, children, class: name }: Props) {
  return (
    <form
      class={name}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
