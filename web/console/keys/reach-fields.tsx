import { Field } from '../../components/field.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { toList } from '../../lib/input/text-list.ts';

/** The restrictions of a key as a form holds them: lists are separated by commas, and empty means any. */
export const NO_REACH = { sessions: '', purposes: '', regions: '', networks: '', sendsPerHour: '' };
export type Reach = typeof NO_REACH;

/** The restrictions in the body that creates a key. Those that are empty are left out. */
export function toReach({ sendsPerHour, regions, ...lists }: Reach) {
  const named = Object.entries({ ...lists, regions: regions.toUpperCase() });
  const given = named.map(([name, text]) => [name, toList(text)] as const);
  return {
    ...Object.fromEntries(given.filter(([, list]) => list !== null)),
    ...(sendsPerHour !== '' && { sendsPerHour: Number(sendsPerHour) }),
  };
}

type Props = { readonly reach: Reach; readonly onReach: (reach: Reach) => void };

/** To what a key is restricted. */
export function ReachFields({ reach, onReach }: Props) {
  const { t } = useWords();
  const field = (of: keyof Reach) => ({
    ...{ label: t(`keys.${of}`), hint: t(`keys.${of}.hint`), isOptional: true },
    ...{ value: reach[of], autocomplete: 'off' as const },
    onValue: (value: string) => onReach({ ...reach, [of]: value }),
  });
  return (
    <details>
      <summary>{t('keys.reach')}</summary>
      <div class="stack">
        <div class="columns">
          <Field {...field('sessions')} />
          <Field {...field('purposes')} />
        </div>
        <div class="columns">
          <Field {...field('regions')} />
          <Field {...field('networks')} />
        </div>
        <Field {...field('sendsPerHour')} inputMode="numeric" pattern="[0-9]*" />
      </div>
    </details>
  );
}
