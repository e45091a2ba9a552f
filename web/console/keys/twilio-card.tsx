import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { TwilioSettings } from '../../lib/types.ts';

/** What an application for Twilio Verify needs to use this service instead, as lines to paste. */
export function TwilioCard() {
  const { t } = useWords();
  const { data } = useData(() => api<TwilioSettings>('/api/compat/twilio'));
  if (!data) return null;
  const { accountSid, baseUrl, services } = data;
  const lines = [
    `TWILIO_ACCOUNT_SID=${accountSid}`,
    `TWILIO_AUTH_TOKEN=…  # ${t('keys.twilio.token')}`,
    ...services.map(({ sid, friendlyName }, index) => {
      const name = services.length === 1 ? '' : `  # ${friendlyName}`;
      return `${index === 0 ? '' : '# '}TWILIO_VERIFY_SERVICE_SID=${sid}${name}`;
    }),
    '',
    `client.verify.baseUrl = '${baseUrl}';`,
  ].join('\n');
  return (
    <Card title={t('keys.twilio')} beside={<CopyButton text={lines} />}>
      <p>{t('keys.twilio.text')}</p>
      <pre>{lines}</pre>
    </Card>
  );
}
