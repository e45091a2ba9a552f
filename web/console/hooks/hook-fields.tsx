import { Field } from '../../components/field.tsx';
import { useChannelNames } from '../../hooks/use-channel-names.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { useMe } from '../../lib/permissions.ts';
import type { Draft } from './hook-draft.ts';

type Text = Exclude<keyof Draft, 'relayText'>;

type Props = { readonly draft: Draft; readonly onDraft: (draft: Draft) => void };

/** The fields of a hook that can be changed later. */
export function HookFields({ draft, onDraft }: Props) {
  const { t } = useWords();
  const { may } = useMe();
  const channels = useChannelNames();
  const field = (of: Text) => ({
    ...{ label: t(`hooks.${of}`), value: draft[of], autocomplete: 'off' as const },
    onValue: (value: string) => onDraft({ ...draft, [of]: value }),
  });
  const whole = { inputMode: 'numeric', pattern: '[0-9]*' } as const;
  return (
    <>
      <Field
        {...field('description')}
        {...{ hint: t('hooks.description.hint'), isOptional: true, maxLength: 255 }}
      />
      <div class="columns">
        <Field
          {...field('companyName')}
          {...{ hint: t('hooks.companyName.hint'), isOptional: true, maxLength: 60 }}
        />
        <Field
          {...field('codeTtlSeconds')}
          {...whole}
          hint={t('hooks.codeTtlSeconds.hint')}
          required
        />
      </div>
      <Field
        {...field('channels')}
        {...{ hint: t('hooks.channels.hint', { list: channels.join(', ') }), isOptional: true }}
      />
      <div class="columns">
        <Field {...field('regions')} hint={t('hooks.regions.hint')} isOptional />
        <Field
          {...field('sendsPerHour')}
          {...whole}
          hint={t('hooks.sendsPerHour.hint')}
          isOptional
        />
      </div>
      {may('messages:send') && (
        <>
          <label class="choice">
            <input
              type="checkbox"
              checked={draft.relayText}
              onChange={({ currentTarget: { checked } }) =>
                onDraft({ ...draft, relayText: checked })
              }
            />
            {t('hooks.relayText')}
          </label>
          {draft.relayText && (
            <Field {...field('linkDomains')} hint={t('hooks.linkDomains.hint')} isOptional />
          )}
        </>
      )}
    </>
  );
}
