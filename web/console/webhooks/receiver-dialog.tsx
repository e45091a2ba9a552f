import { useState } from 'preact/hooks';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Switch } from '../../components/field.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import node from './receivers/receiver.mjs?raw';
import php from './receivers/receiver.php?raw';
import python from './receivers/receiver.py?raw';

const SOURCES = { node, python, php };

type Language = keyof typeof SOURCES;

/** A program that receives events and verifies their signature, to copy. */
export function ReceiverDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const [language, setLanguage] = useState<Language>('node');
  return (
    <Dialog title={t('webhooks.receiver')} isWide onClose={onClose}>
      <p>{t('webhooks.receiver.text')}</p>
      <div class="row spread">
        <Switch
          label={t('webhooks.receiver.language')}
          value={language}
          onValue={setLanguage}
          options={[
            ['node', 'Node.js'],
            ['python', 'Python'],
            ['php', 'PHP'],
          ]}
        />
        <CopyButton text={SOURCES[language]} key={language} />
      </div>
      <pre>{SOURCES[language]}</pre>
    </Dialog>
  );
}
