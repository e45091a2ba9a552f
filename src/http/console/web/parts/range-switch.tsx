import { type Range, ranges } from '../core/range.ts';
import { useWords } from '../words/words.tsx';
import { Switch } from './field.tsx';

type Props = { readonly value: Range; readonly onValue: (range: Range) => void };

export function RangeSwitch({ value, onValue }: Props) {
  const { t } = useWords();
  const options = ranges.map((range) => [range, t(`overview.${range}`)] as const);
  return <Switch label={t('overview.range')} {...{ value, onValue, options }} />;
}
