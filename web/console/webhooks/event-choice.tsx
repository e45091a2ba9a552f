import { useWords } from '../../i18n/i18n.tsx';
import { isIncluded, listPatterns, togglePattern } from './event-patterns.ts';

/** The types of events of the API. vite.config.ts reads them from docs/openapi.json. */
declare const EVENT_TYPES: readonly string[];

type Props = {
  readonly chosen: readonly string[];
  readonly onChosen: (chosen: readonly string[]) => void;
};

/** The events that an endpoint gets: all, those of a group, or single types. */
export function EventChoice(props: Props) {
  const { t, name } = useWords();
  return (
    <fieldset class="stack">
      <legend>{t('webhooks.events')}</legend>
      <Choice {...props} pattern="*" text={t('webhooks.events.all')} />
      {listPatterns(EVENT_TYPES, props.chosen).map((group) => (
        <fieldset key={group.name}>
          <legend class="soft">{name('eventGroup', group.name)}</legend>
          <div class="choices">
            {group.patterns.map((pattern) => (
              <Choice {...props} pattern={pattern} key={pattern} />
            ))}
          </div>
        </fieldset>
      ))}
    </fieldset>
  );
}

type ChoiceProps = Props & { readonly pattern: string; readonly text?: string };

function Choice({ chosen, onChosen, pattern, text }: ChoiceProps) {
  const isImplied = isIncluded(chosen, pattern);
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={isImplied || chosen.includes(pattern)}
        disabled={isImplied}
        onChange={() => onChosen(togglePattern(chosen, pattern))}
      />
      {text ?? <code class="break">{pattern}</code>}
    </label>
  );
}
