import { Badge, KindBadge } from '../../components/badge.tsx';
import { Table } from '../../components/lists/table.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import type { Hook } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';

/** The hooks of the account. Descriptions are untrusted and only shown as text. */
export function HookTable({ hooks }: { readonly hooks: readonly Hook[] }) {
  const { t, name, format } = useWords();
  return (
    <Table
      caption={t('hooks.title')}
      columns={[
        { title: t('hooks.dialect') },
        { title: t('webhooks.state') },
        { title: t('hooks.companyName'), class: 'hide-narrow' },
        { title: t('hooks.lastUsed'), class: 'hide-narrow' },
      ]}
    >
      {hooks.map((hook) => (
        <tr key={hook.id}>
          <td class="named">
            <Link to={`/hooks/${hook.id}`} class="row-link">
              {name('dialect', hook.dialect)}
            </Link>
            {hook.description && <div class="soft small">{hook.description}</div>}
          </td>
          <td>
            <HookState of={hook} />
            <div class="only-narrow soft small">{format.short(hook.lastUsedAt)}</div>
          </td>
          <td class="hide-narrow break">{hook.companyName ?? '–'}</td>
          <td class="hide-narrow nowrap">
            {hook.lastUsedAt ? format.moment(hook.lastUsedAt) : t('say.never')}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** Whether a hook accepts calls, and whether it sends. */
export function HookState({ of }: { readonly of: Hook }) {
  const { t } = useWords();
  return (
    <div class="row">
      <KindBadge kind="webhookState" value={of.isActive ? 'active' : 'paused'} />
      {of.mode === 'test' && <Badge tone="calm" icon="eye" text={t('keys.testMode')} />}
    </div>
  );
}
