import { CopyBox } from '../../components/copy-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { base } from '../../lib/base.ts';

type Props = { readonly email: string; readonly password: string };

/** What a user needs to sign in for the first time, shown once: where, and the temporary password. */
export function HandOver({ email, password }: Props) {
  const { t } = useWords();
  return (
    <>
      <Notice tone="warn">{t('people.handOver.text')}</Notice>
      <dl class="facts">
        <dt>{t('people.handOver.where')}</dt>
        <dd class="break">{`${location.origin}${base}/`}</dd>
        <dt>{t('people.email')}</dt>
        <dd class="break">{email}</dd>
      </dl>
      <p class="strong">{t('people.handOver.password')}</p>
      <CopyBox text={password} />
    </>
  );
}
