import { useState } from 'preact/hooks';
import { CopyBox } from '../../components/copy-button.tsx';
import { Dialog, DialogActions } from '../../components/dialog.tsx';
import { Field, Select, Switch } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import { inDays } from '../../lib/range.ts';
import type { CreatedKey } from '../../lib/types.ts';
import { LoginExample } from './login-example.tsx';
import { NO_REACH, ReachFields, toReach } from './reach-fields.tsx';

const SCOPES = [
  'otp:send',
  'otp:verify',
  'sessions:manage',
  'messages:send',
  'messages:read',
  'analytics:read',
  'keys:manage',
  'webhooks:manage',
  'metrics:read',
] as const;

/** After how many days a key may expire. Other times are possible with the API. */
const LIVES = [
  ['', 'keys.expires.never'],
  ['30', 'keys.expires.month'],
  ['90', 'keys.expires.quarter'],
  ['365', 'keys.expires.year'],
] as const;

type Props = { readonly onMade: (made: CreatedKey) => void; readonly onClose: () => void };

/** Creates a key. It only offers the caller's own permissions, because a key can have no others. */
export function NewKey({ onMade, onClose }: Props) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [mode, setMode] = useState<'live' | 'test'>('live');
  const [scopes, setScopes] = useState<readonly string[]>(['otp:send', 'otp:verify']);
  const [days, setDays] = useState('');
  const [reach, setReach] = useState(NO_REACH);
  const { run, isBusy, failure } = useAction(
    () =>
      api<CreatedKey>('/api/keys', {
        method: 'POST',
        body: {
          ...{ name, mode, scopes, ...toReach(reach) },
          ...(days !== '' && { expiresAt: inDays(Number(days)) }),
        },
      }),
    onMade,
  );
  return (
    <Dialog title={t('keys.new')} onClose={onClose}>
      <Form class="stack" onSubmit={() => run()}>
        <Field
          {...{ label: t('keys.name'), hint: t('keys.name.hint'), value: name, maxLength: 120 }}
          {...{ onValue: setName, required: true, autocomplete: 'off' }}
        />
        <ScopeChoice scopes={scopes} onScopes={setScopes} />
        <div class="field">
          <p class="label">{t('keys.mode')}</p>
          <Switch
            label={t('keys.mode')}
            value={mode}
            onValue={setMode}
            options={[
              ['live', t('keys.live')],
              ['test', t('keys.testMode')],
            ]}
          />
          <p class="hint">{t('keys.test.hint')}</p>
        </div>
        <Select
          {...{ label: t('keys.expires'), value: days, onValue: setDays }}
          options={LIVES.map(([value, word]) => [value, t(word)])}
        />
        <ReachFields reach={reach} onReach={setReach} />
        <FailureNotice of={failure} />
        <DialogActions
          verb={t('keys.create')}
          isDisabled={isBusy || scopes.length === 0}
          onCancel={onClose}
        />
      </Form>
    </Dialog>
  );
}

type ChoiceProps = {
  readonly scopes: readonly string[];
  readonly onScopes: (scopes: readonly string[]) => void;
};

function ScopeChoice({ scopes, onScopes }: ChoiceProps) {
  const { t, name } = useWords();
  const { may } = useMe();
  return (
    <fieldset>
      <legend>{t('keys.scopes')}</legend>
      <div class="choices">
        {SCOPES.filter((scope) => may(scope)).map((scope) => (
          <label class="choice" key={scope}>
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              onChange={({ currentTarget: { checked } }) =>
                onScopes(SCOPES.filter((one) => (one === scope ? checked : scopes.includes(one))))
              }
            />
            {name('scope', scope)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What the example needs. */
const SENDS = ['otp:send', 'otp:verify'] as const;

type SecretProps = { readonly made: CreatedKey; readonly onClose: () => void };

/** Shows the secret of a new key, once. */
export function Secret({ made, onClose }: SecretProps) {
  const { t } = useWords();
  return (
    <>
      <Notice tone="warn">{t('keys.secret.text')}</Notice>
      <p class="strong break">{made.name}</p>
      <CopyBox text={made.secret} />
      {SENDS.every((scope) => made.scopes.includes(scope)) && <LoginExample secret={made.secret} />}
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={onClose}>
          {t('do.done')}
        </button>
      </div>
    </>
  );
}
