import type { ComponentChildren } from 'preact';
import { base } from '../../lib/base.ts';
import { isPlainClick, navigate } from '../../lib/router.ts';

type Props = {
  readonly to: string;
  readonly class?: string;
  readonly isCurrent?: boolean;
  readonly children: ComponentChildren;
};

/** A link to another page of the console that does not reload the document. */
export function Link({ to, isCurrent = false, children, ...rest }: Props) {
  function go(event: MouseEvent): void {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    navigate(to);
  }
  return (
    <a
      href={base + to}
      onClick={go}
      {...(isCurrent && { 'aria-current': 'page' as const })}
      {...rest}
    >
      {children}
    </a>
  );
}
