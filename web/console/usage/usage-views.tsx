import { Fragment } from 'preact';
import { Switch } from '../../components/field.tsx';
import { useWords } from '../../i18n/i18n.tsx';

/** By what the requests of a range are listed: summed by route or caller, or each entry. */
export const VIEWS = ['route', 'caller', 'entries'] as const;
type View = (typeof VIEWS)[number];

type Props = { readonly value: View; readonly onValue: (view: View) => void };

export function UsageViews({ value, onValue }: Props) {
  const { t } = useWords();
  const options = VIEWS.map((view) => [view, t(`usage.by.${view}`)] as const);
  return <Switch label={t('usage.by')} {...{ value, onValue, options }} />;
}

/** A path that can wrap after each slash. */
export function RoutePath({ of }: { readonly of: string }) {
  return (
    <>
      {of.split(/(?=[/])/).map((part) => (
        <Fragment key={part}>
          <wbr />
          {part}
        </Fragment>
      ))}
    </>
  );
}
