import { useState } from 'preact/hooks';

/** The column by which a table is sorted, and whether the greatest comes first. */
export type Order<Column extends string> = { readonly by: Column; readonly isDown: boolean };

/** The order of a table. Choosing its column again turns it round. */
export function useOrder<Column extends string>(first: Order<Column>) {
  const [order, setOrder] = useState(first);
  const sortBy = (by: Column) =>
    setOrder((old) => ({ by, isDown: old.by === by ? !old.isDown : true }));
  return { order, sortBy };
}

/** Sorts by numbers or texts. */
export function sorted<T>(
  items: readonly T[],
  toValue: (item: T) => number | string,
  isDown: boolean,
): readonly T[] {
  const sign = isDown ? -1 : 1;
  return items.toSorted((a, b) => sign * compare(toValue(a), toValue(b)));
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b));
}

type Props<Column extends string> = {
  readonly column: Column;
  readonly name: string;
  readonly order: Order<Column>;
  readonly onSort: (column: Column) => void;
  readonly class?: string;
};

/** The head of a column by which a table can be sorted. */
export function SortHead<Column extends string>(props: Props<Column>) {
  const { column, name, order, onSort } = props;
  const direction = order.isDown ? 'descending' : 'ascending';
  return (
    <th scope="col" class={props.class ?? ''} aria-sort={order.by === column ? direction : 'none'}>
      <button type="button" class="sort" onClick={() => onSort(column)}>
        {name}
      </button>
    </th>
  );
}
