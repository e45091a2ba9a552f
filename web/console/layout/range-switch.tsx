import { Switch } from '../../components/field.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { type Range, ranges } from '../../lib/range.ts';

type Props = { readonly value: Range; readonly onValue: (range: Range) => void };

export function RangeSwitch({ value, onValue }: Props) {
  const { t } = useWords();
  const options = ranges.map((range) => [range, t(`overview.${range}`)] as const);
  return <Switch label={t('overview.range')} {...{ value, onValue, options }} />;
}
