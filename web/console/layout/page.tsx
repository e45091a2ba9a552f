import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
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

/** A page with its title, which gets the focus as in a new document. */
export function Page({ title, lead, above, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    document.title = `${title} · Waverify`;
  }, [title]);
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
