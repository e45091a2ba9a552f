import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useWords } from '../../i18n/i18n.tsx';
import type { Failure } from '../../lib/failure.ts';
import { findIn, type Text } from '../../lib/input/find-in.ts';
import { Card } from '../card.tsx';
import { Empty, Skeleton } from '../empty.tsx';
import { Field } from '../field.tsx';
import { More } from '../load-more.tsx';
import { FailureNotice } from '../notice.tsx';

type Props<T> = {
  /** Undefined while they load. */
  readonly items: readonly T[] | undefined;
  readonly failure: Failure | undefined;
  readonly reload: () => void;
  /** The texts of an entry in which the search looks. Without it, there is no search. */
  readonly textsOf?: (item: T) => readonly Text[];
  /** The cursor of the next page, and what loads it. */
  readonly next?: string | null;
  readonly onMore?: () => void;
  /** How much of the list is loaded, in words. */
  readonly shown?: string;
  readonly title?: string;
  readonly beside?: ComponentChildren;
  /** What is shown instead of an empty list. */
  readonly empty: ComponentChildren;
  /** Shows the entries that were found, of which there is at least one. */
  readonly children: (found: readonly T[]) => ComponentChildren;
};

/** A list with a search over the entries that are loaded, and what it shows while it loads, has failed or is empty. */
export function ListCard<T>(props: Props<T>) {
  const { items, failure, reload, next = null, onMore = () => {}, title, shown } = props;
  return (
    <>
      <FailureNotice of={failure} retry={reload} />
      {(items || !failure) && (
        <Card isFlush {...(title && { title })} beside={props.beside}>
          {items ? <Loaded {...props} items={items} /> : <Skeleton lines={6} />}
          <More next={next} onMore={onMore} {...(shown && { shown })} />
        </Card>
      )}
    </>
  );
}

type LoadedProps<T> = Props<T> & { readonly items: readonly T[] };

function Loaded<T>({ items, textsOf, next = null, empty, children }: LoadedProps<T>) {
  const [typed, setTyped] = useState('');
  if (items.length === 0) return <>{empty}</>;
  const found = textsOf ? findIn(items, typed, textsOf) : items;
  return (
    <>
      {textsOf && <Search value={typed} onValue={setTyped} isPart={next !== null} />}
      {found.length > 0 ? children(found) : <NoMatch onClear={() => setTyped('')} />}
    </>
  );
}

type SearchProps = {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Whether there are entries that are not loaded. */
  readonly isPart: boolean;
};

function Search({ value, onValue, isPart }: SearchProps) {
  const { t } = useWords();
  return (
    <search class="list-search">
      <Field
        {...{ label: t('list.find'), type: 'search', autocomplete: 'off', value, onValue }}
        {...(isPart && { hint: t('list.find.part') })}
      />
    </search>
  );
}

/** What a list shows if no entry matches. */
function NoMatch({ onClear }: { readonly onClear: () => void }) {
  const { t } = useWords();
  return (
    <Empty icon="search" title={t('list.noMatch')} text={t('list.noMatch.text')}>
      <button type="button" class="button" onClick={onClear}>
        {t('do.clear')}
      </button>
    </Empty>
  );
}
