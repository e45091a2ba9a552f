import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Switch } from '../../components/field.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { base } from '../../lib/base.ts';
import type { Key, TwilioSettings } from '../../lib/types.ts';
import { type Language, languageNames, languages } from './languages.ts';

/** Programs for a key of the account. */
export function IntegrationCard({ keys }: { readonly keys: readonly Key[] }) {
  const { t } = useWords();
  return (
    <Card title={t('keys.use')}>
      <Integration apiKey={nameKey(keys)} />
    </Card>
  );
}

/** What stands for the secret of a key in programs: its prefix. Secrets are shown only once. */
export function nameKey(keys: readonly Key[]): string {
  const usable = keys.filter(({ state, scopes }) => state === 'active' && maySend(scopes));
  const key = usable.find(({ mode }) => mode === 'live') ?? usable[0];
  return `${key?.prefix ?? 'wv_live_'}…`;
}

function maySend(scopes: Key['scopes']): boolean {
  return scopes.includes('*') || (scopes.includes('otp:send') && scopes.includes('otp:verify'));
}

/** Programs to copy that send and check a code, in several languages, with the variables that they read. */
export function Integration({ apiKey }: { readonly apiKey: string }) {
  const { t } = useWords();
  const [language, setLanguage] = useState<Language>('curl');
  const { short, login } = languages[language];
  return (
    <div class="stack">
      <Switch
        label={t('webhooks.receiver.language')}
        value={language}
        onValue={setLanguage}
        options={languageNames}
      />
      <Copied text={useVariables(language, apiKey)} name={t('start.variables')} />
      <Copied text={short} name={t('start.program')} />
      <details>
        <summary>{t('start.login')}</summary>
        <div class="stack">
          <p>{t('keys.use.text')}</p>
          <Copied text={login} name={t('start.login')} />
        </div>
      </details>
    </div>
  );
}

type CopiedProps = { readonly name: string; readonly text: string };

/** A program with a button that copies it. */
function Copied({ name, text }: CopiedProps) {
  return (
    <section class="copied" aria-label={name}>
      <div class="row spread">
        <h3>{name}</h3>
        <CopyButton text={text} key={text} />
      </div>
      <pre>{text}</pre>
    </section>
  );
}

/** What to set before a program is started. */
function useVariables(language: Language, apiKey: string): string {
  const { data } = useData(() => api<TwilioSettings>('/api/compat/twilio'));
  const url = `export WAVERIFY_URL=${location.origin}${base}`;
  if (language !== 'twilio') return `${url}\nexport WAVERIFY_API_KEY=${apiKey}`;
  const { accountSid = '', services: [service] = [] } = data ?? {};
  return [
    url,
    `export TWILIO_ACCOUNT_SID=${accountSid}`,
    `export TWILIO_AUTH_TOKEN=${apiKey}`,
    `export TWILIO_VERIFY_SERVICE_SID=${service?.sid ?? ''}`,
  ].join('\n');
}
