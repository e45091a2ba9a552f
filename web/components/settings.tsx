import { useState } from 'preact/hooks';
import { useWords } from '../i18n/i18n.tsx';
import { applyTheme, readTheme } from '../lib/theme.ts';
import { Switch } from './field.tsx';

/** The colour scheme and language of this browser. */
export function Settings() {
  const { t, locale, setLocale } = useWords();
  const [theme, setTheme] = useState(readTheme);
  return (
    <div class="settings">
      <Switch
        label={t('theme.label')}
        value={theme}
        onValue={(next) => {
          applyTheme(next);
          setTheme(next);
        }}
        options={[
          ['system', t('theme.system')],
          ['light', t('theme.light')],
          ['dark', t('theme.dark')],
        ]}
      />
      <Switch
        label={t('language.label')}
        value={locale}
        onValue={setLocale}
        options={[
          ['en', 'English'],
          ['id', 'Bahasa Indonesia'],
        ]}
      />
    </div>
  );
}
