import { Card } from '../../components/card.tsx';
import { Table } from '../../components/lists/table.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';
import type { TwilioSettings } from '../../lib/types.ts';

/** The verify services of the caller's account, for clients of Twilio Verify. */
export function ServicesCard() {
  const { me, may } = useMe();
  const { t, format } = useWords();
  // Operators act for no account.
  const isShown = !seesAllAccounts(me) && may('otp:send', 'otp:verify');
  const { data } = useData(async () =>
    isShown ? api<TwilioSettings>('/api/compat/twilio') : undefined,
  );
  if (!data) return null;
  return (
    <Card title={t('services.title')} isFlush>
      <p class="soft small card-body">{t('services.lead')}</p>
      <Table
        caption={t('services.title')}
        columns={[
          { title: t('services.name') },
          { title: t('services.sid') },
          { title: t('services.purpose'), class: 'hide-narrow' },
          { title: t('services.length'), class: 'number' },
        ]}
      >
        {data.services.map(({ sid, friendlyName, purpose, codeLength }) => (
          <tr key={sid}>
            <td class="break">{friendlyName}</td>
            <td>
              <code class="break">{sid}</code>
            </td>
            <td class="hide-narrow break">{purpose}</td>
            <td class="number">{format.number(codeLength)}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
