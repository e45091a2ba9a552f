import { useState } from 'preact/hooks';
import curl from '../../../examples/curl/login.sh?raw';
import node from '../../../examples/express/server.mjs?raw';
import go from '../../../examples/go/main.go?raw';
import php from '../../../examples/php/login.php?raw';
import python from '../../../examples/python/app.py?raw';
import { CopyButton } from '../../components/copy-button.tsx';
import { Switch } from '../../components/field.tsx';
import { useWords } from '../../i18n/i18n.tsx';

const SOURCES = { curl, node, python, php, go };

type Language = keyof typeof SOURCES;

/** A login by phone number to copy, with the variables for a new key. */
export function LoginExample({ secret }: { readonly secret: string }) {
  const { t } = useWords();
  const [language, setLanguage] = useState<Language>('curl');
  const variables = `export WAVERIFY_URL=${location.origin}\nexport WAVERIFY_API_KEY=${secret}`;
  return (
    <details>
      <summary>{t('keys.use')}</summary>
      <div class="stack">
        <p>{t('keys.use.text')}</p>
        <div class="row spread">
          <pre>{variables}</pre>
          <CopyButton text={variables} />
        </div>
        <div class="row spread">
          <Switch
            label={t('webhooks.receiver.language')}
            value={language}
            onValue={setLanguage}
            options={[
              ['curl', 'curl'],
              ['node', 'Express'],
              ['python', 'Python'],
              ['php', 'PHP'],
              ['go', 'Go'],
            ]}
          />
          <CopyButton text={SOURCES[language]} key={language} />
        </div>
        <pre>{SOURCES[language]}</pre>
      </div>
    </details>
  );
}
