import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useReadiness } from '../../hooks/use-readiness.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import type { Scope } from '../../lib/types.ts';

type Props = {
  readonly title: string;
  readonly lead?: string;
  /** The parent page, shown above the title. */
  readonly above?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** Whether another page was shown before, in the same document. */
export const MovedContext = createContext(false);

/**
 * A page with its title. It gets the focus after a move from another page, as in a new document; in a new document, the
 * focus begins at the top. The title of the document warns while no code can be sent.
 */
export function Page({ title, lead, above, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const hasMoved = useContext(MovedContext);
  const isSilent = useReadiness()?.canSend === false;
  useEffect(() => {
    if (hasMoved) heading.current?.focus();
  }, []);
  useEffect(() => {
    document.title = `${isSilent ? '⚠ ' : ''}${title} · Waverify`;
  }, [title, isSilent]);
  return (
    <div class="page">
      <header class="page-head">
        <div>
          {above}
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {lead && <p>{lead}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

type GateProps = { readonly scopes: readonly Scope[]; readonly children: ComponentChildren };

/** Shows the content to callers who have the permission, and the missing permission to others. */
export function Gate({ scopes, children }: GateProps) {
  const { may } = useMe();
  const { t } = useWords();
  if (may(...scopes)) return <>{children}</>;
  return (
    <Card>
      <Empty
        icon="shield"
        title={t('may.title')}
        text={t('may.text', { scope: scopes.join(' / ') })}
      />
    </Card>
  );
}
