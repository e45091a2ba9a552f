import { useState } from 'preact/hooks';
import { KindBadge } from '../../components/badge.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Table } from '../../components/lists/table.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { recipientOf } from '../../lib/input/recipient.ts';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';
import type { Activity } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';
import { Facts } from '../sessions/session-facts.tsx';
import { type Explained, useExplain } from './use-explain.ts';

/** Entries of a log. Each one expands to all its fields. */
export function LogTable({ entries }: { readonly entries: readonly Activity[] }) {
  const { t } = useWords();
  const { me } = useMe();
  const [open, setOpen] = useState<Activity>();
  return (
    <>
      <Table
        caption={t('logs.title')}
        columns={[
          { title: t('logs.when') },
          { title: t('logs.action') },
          ...(seesAllAccounts(me) ? [{ title: t('codes.account'), class: 'hide-narrow' }] : []),
          { title: t('logs.status') },
          { title: t('codes.session'), class: 'hide-narrow' },
          { title: t('codes.recipient'), class: 'hide-narrow' },
        ]}
      >
        {entries.map((entry) => (
          <Row entry={entry} key={entry.id} onOpen={() => setOpen(entry)} />
        ))}
      </Table>
      {open && <Details entry={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

type RowProps = { readonly entry: Activity; readonly onOpen: () => void };

function Row({ entry, onOpen }: RowProps) {
  const { name, format } = useWords();
  return (
    <tr>
      <td class="moment">
        <button type="button" class="link-button row-link" onClick={onOpen}>
          {format.short(entry.createdAt)}
        </button>
      </td>
      <td>
        {name('action', entry.action)}
        <Summary of={entry} />
        <div class="only-narrow soft small break">
          {[recipientOf(entry), entry.sessionId].filter(Boolean).join(' · ')}
        </div>
      </td>
      {entry.accountId !== undefined && <td class="hide-narrow">{entry.accountId}</td>}
      <td>
        <KindBadge kind="log" value={entry.status} />
      </td>
      <td class="hide-narrow">{entry.sessionId ?? '–'}</td>
      <td class="hide-narrow recipient">
        <span class={entry.phoneNumber === null ? '' : 'nowrap'}>{recipientOf(entry) ?? '–'}</span>
      </td>
    </tr>
  );
}

/** What an entry is about, and why it failed. The codes of the API are in its title. */
function Summary({ of: entry }: { readonly of: Activity }) {
  const { t } = useWords();
  const explain = useExplain();
  const [about, why] = [explain.details(entry), explain.error(entry)];
  const codes = [about.code, why.code].filter(Boolean).join(' · ');
  return (
    <div class="soft small break" title={codes || undefined}>
      {[about.text, why.text, entry.isTest && t('logs.test')].filter(Boolean).join(' · ')}
    </div>
  );
}

/** A text with the codes of the API that it stands for, which users search documents for. */
function Coded({ of: { text, code } }: { readonly of: Explained }) {
  return (
    <>
      {text}
      {code && (
        <div class="soft small">
          <code>{code}</code>
        </div>
      )}
    </>
  );
}

type DetailsProps = { readonly entry: Activity; readonly onClose: () => void };

function Details({ entry, onClose }: DetailsProps) {
  const { t, name, format } = useWords();
  const { verificationId, durationMs } = entry;
  const explain = useExplain();
  const [about, why] = [explain.details(entry), explain.error(entry)];
  return (
    <Dialog title={name('action', entry.action)} onClose={onClose}>
      <KindBadge kind="log" value={entry.status} />
      <Facts
        of={[
          [t('logs.when'), format.exact(entry.createdAt)],
          [t('codes.account'), entry.accountId],
          [t('codes.session'), entry.sessionId],
          [t('codes.recipient'), recipientOf(entry)],
          [t('logs.details'), about.text && <Coded of={about} key="details" />],
          [t('keys.mode'), entry.isTest && t('logs.test')],
          [t('log.error'), why.text && <Coded of={why} key="error" />],
          [t('logs.message'), entry.messageId],
          [t('logs.duration'), durationMs !== null && format.milliseconds(durationMs)],
          [t('logs.address'), entry.ipAddress],
          [t('logs.agent'), entry.userAgent],
        ]}
      />
      <Json title={t('logs.request')} of={entry.requestData} />
      <Json title={t('logs.response')} of={entry.responseData} />
      {verificationId && <Link to={`/codes/${verificationId}`}>{t('test.timeline')}</Link>}
    </Dialog>
  );
}

function Json({ title, of }: { readonly title: string; readonly of: unknown }) {
  if (of === null || of === undefined) return null;
  return (
    <section class="stack">
      <h3>{title}</h3>
      <pre>{typeof of === 'string' ? of : JSON.stringify(of, null, 2)}</pre>
    </section>
  );
}
