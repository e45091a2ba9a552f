import { useEffect, useState } from 'preact/hooks';
import { Field, Switch } from '../components/field.tsx';
import { Form } from '../components/form.tsx';
import { Notice } from '../components/notice.tsx';
import { Settings } from '../components/settings.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useData } from '../hooks/use-data.ts';
import { useWords } from '../i18n/i18n.tsx';
import { api } from '../lib/api.ts';
import type { Failure } from '../lib/failure.ts';
import { credentials } from '../lib/sign-in/credentials.ts';
import { readSignInOptions } from '../lib/sign-in/options.ts';
import type { Me } from '../lib/types.ts';
import { WelcomeFrame } from './layout/frame.tsx';

type Way = 'person' | 'key';
type Props = { readonly onEnter: (me: Me) => void; readonly isOver: boolean };

/** Signs in, and discards credentials that the API rejects. */
async function enter(way: Way, email: string, secret: string): Promise<Me> {
  if (way === 'person') await credentials.signIn(email, secret);
  else credentials.useKey(secret);
  try {
    const me = await api<Me>('/api/auth/me');
    credentials.confirm();
    return me;
  } catch (error) {
    credentials.forget();
    throw error;
  }
}

/** Signs a user or an API key in. Without users, it opens on API keys. */
export function SignIn({ onEnter, isOver }: Props) {
  const { t } = useWords();
  const { data: options, failure } = useData(readSignInOptions);
  useEffect(() => {
    document.title = `${t('signIn.title')} · Waverify`;
  }, [t]);
  return (
    <WelcomeFrame foot={<Settings />}>
      <div>
        <h1>{t('signIn.title')}</h1>
        <p class="soft small">{t('signIn.lead')}</p>
      </div>
      {options && !options.hasUsers && <Notice tone="calm">{t('signIn.noUsers')}</Notice>}
      {(options || failure) && (
        <SignInForm
          {...{ onEnter, isOver }}
          first={options?.hasUsers === false ? 'key' : 'person'}
        />
      )}
    </WelcomeFrame>
  );
}

type FormProps = Props & { readonly first: Way };

function SignInForm({ onEnter, isOver, first }: FormProps) {
  const { t } = useWords();
  const [way, setWay] = useState(first);
  const [email, setEmail] = useState('');
  const [secret, setSecret] = useState('');
  const isPerson = way === 'person';
  // A password may begin or end with a space; a key that was copied with one does not.
  const typed = isPerson ? secret : secret.trim();
  const { run, isBusy, failure } = useAction(() => enter(way, email, typed), onEnter);
  return (
    <Form class="stack" onSubmit={() => run()}>
      {isOver && !failure && <Notice tone="warn">{t('signIn.over')}</Notice>}
      <Switch
        label={t('signIn.how')}
        value={way}
        onValue={setWay}
        options={[
          ['person', t('signIn.byEmail')],
          ['key', t('signIn.byKey')],
        ]}
      />
      {isPerson && (
        <Field
          {...{ label: t('signIn.email'), value: email, onValue: setEmail }}
          {...{ type: 'email', autocomplete: 'username', required: true }}
        />
      )}
      <Field
        key={way}
        label={t(isPerson ? 'signIn.password' : 'signIn.key')}
        {...{ value: secret, onValue: setSecret, type: 'password', required: true }}
        autocomplete={isPerson ? 'current-password' : 'off'}
        {...(!isPerson && { hint: t('signIn.key.hint') })}
      />
      <Refusal of={failure} isPerson={isPerson} />
      <button type="submit" class="button primary wide" disabled={isBusy}>
        {t(isBusy ? 'signIn.busy' : 'signIn.submit')}
      </button>
    </Form>
  );
}

type RefusalProps = { readonly of: Failure | undefined; readonly isPerson: boolean };

function Refusal({ of, isPerson }: RefusalProps) {
  const { t, failure } = useWords();
  if (!of) return null;
  const isWrong = of.status === 401 || of.status === 400;
  const wrong = t(isPerson ? 'signIn.wrong' : 'signIn.wrongKey');
  return <Notice tone="bad">{isWrong ? wrong : failure(of)}</Notice>;
}
