import type { ComponentChildren } from 'preact';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { isHeld, useMe } from '../../lib/permissions.ts';
import type { Scope } from '../../lib/types.ts';
import { Gate } from './page.tsx';

type Props = { readonly scope?: Scope; readonly children: ComponentChildren };

/** Shows content about the whole account. Callers restricted to a part of it see an explanation. */
export function WholeAccount({ scope = 'analytics:read', children }: Props) {
  const { me } = useMe();
  return <Gate scopes={[scope]}>{isHeld(me) ? <Held /> : children}</Gate>;
}

function Held() {
  const { t } = useWords();
  return (
    <Card>
      <Empty icon="shield" title={t('may.title')} text={t('may.held')} />
    </Card>
  );
}
