import { KindBadge } from '../../components/badge.tsx';
import { Table } from '../../components/lists/table.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { recipientOf } from '../../lib/input/recipient.ts';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';
import type { Code } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { channelOf, stateOf } from './code-state.ts';

/** A table of codes. Each recipient links to the timeline of its code. */
export function CodeTable({ codes }: { readonly codes: readonly Code[] }) {
  const { t } = useWords();
  const { me } = useMe();
  return (
    <Table
      caption={t('codes.title')}
      columns={[
        { title: t('codes.recipient') },
        { title: t('codes.status') },
        { title: t('codes.delivery') },
        ...(seesAllAccounts(me) ? [{ title: t('codes.account') }] : []),
        { title: t('codes.channel'), class: 'hide-narrow' },
        { title: t('codes.session'), class: 'hide-narrow' },
        { title: t('codes.purpose'), class: 'hide-narrow' },
        { title: t('codes.attempts'), class: 'number hide-narrow' },
        { title: t('codes.asked'), class: 'hide-narrow' },
      ]}
    >
      {codes.map((code) => (
        <Row code={code} key={code.verificationId} />
      ))}
    </Table>
  );
}

function Row({ code }: { readonly code: Code }) {
  const { t, format, name } = useWords();
  const { delivery } = code;
  const channel = channelOf(code);
  return (
    <tr>
      <td class="recipient">
        <Link
          class={code.email ? 'row-link' : 'row-link nowrap'}
          to={`/codes/${code.verificationId}`}
        >
          {recipientOf(code) ?? t('codes.unknownSender')}
        </Link>
        <div class="only-narrow soft small">
          {[format.short(code.createdAt), channel && name('channel', channel)]
            .filter(Boolean)
            .join(' · ')}
        </div>
      </td>
      <td>
        <KindBadge kind="code" value={stateOf(code)} />
      </td>
      <td>
        {delivery ? <KindBadge kind="delivery" value={delivery.status} /> : '–'}
        {delivery?.reason && <div class="soft small">{name('reason', delivery.reason)}</div>}
      </td>
      {code.accountId !== undefined && <td>{code.accountId}</td>}
      <td class="hide-narrow">{channel ? name('channel', channel) : '–'}</td>
      <td class="hide-narrow break">{code.sessionId}</td>
      <td class="hide-narrow">{code.purpose}</td>
      <td class="number hide-narrow">
        {code.attempts}/{code.maxAttempts}
      </td>
      <td class="hide-narrow nowrap">{format.short(code.createdAt)}</td>
    </tr>
  );
}
