import { useCallerName } from '../../hooks/use-caller-name.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { Activity } from '../../lib/types.ts';
import { explainDetails } from './explain-details.ts';

/** A text for users, and the codes of the API that it stands for, if they differ. */
export type Explained = { readonly text: string; readonly code: string | undefined };

type Explain = {
  readonly details: (entry: Activity) => Explained;
  readonly error: (entry: Activity) => Explained;
};

/** Explains what an entry is about, and why it failed. */
export function useExplain(): Explain {
  const { name, format } = useWords();
  const language = { name, exact: format.exact, nameCaller: useCallerName() };
  const toExplained = (text: string, code: string | null) => ({
    text,
    code: code === null || code === text ? undefined : code,
  });
  return {
    details: (entry) => toExplained(explainDetails(entry, language), entry.details),
    error: ({ errorMessage }) => toExplained(name('failure', errorMessage), errorMessage),
  };
}
