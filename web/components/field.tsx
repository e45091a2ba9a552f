import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useWords } from '../i18n/i18n.tsx';

type FieldProps = {
  readonly type?: 'text' | 'email' | 'password' | 'tel' | 'date' | 'search' | 'number';
  readonly autocomplete?:
    | 'off'
    | 'username'
    | 'current-password'
    | 'new-password'
    | 'tel'
    | 'one-time-code';
  readonly inputMode?: 'numeric' | 'tel';
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly isCode?: boolean;
  /** Whether it gets the focus when it appears. */
  readonly isNext?: boolean;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly isOptional?: boolean;
  readonly onValue: (value: string) => void;
};

/** A text field with its label. */
export function Field(props: FieldProps) {
  const {
    label,
    hint,
    value,
    onValue,
    isOptional = false,
    isCode = false,
    isNext,
    ...rest
  } = props;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isNext) input.current?.focus();
  }, [isNext]);
  const id = useId();
  const { t } = useWords();
  return (
    <div class="field">
      <label for={id}>
        {label} {isOptional && <span class="soft">({t('say.optional')})</span>}
      </label>
      <input
        {...(rest as InputHTMLAttributes)}
        id={id}
        ref={input}
        class={isCode ? 'input code' : 'input'}
        spellcheck={false}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        {...(hint && { 'aria-describedby': `${id}-hint` })}
      />
      <Hint of={id} text={hint} />
    </div>
  );
}

/** What to know about the field with this ID, which names it as its description. */
function Hint({ of, text }: { readonly of: string; readonly text: string | undefined }) {
  if (!text) return null;
  return (
    <p class="hint" id={`${of}-hint`}>
      {text}
    </p>
  );
}

type AreaProps = Pick<
  FieldProps,
  'label' | 'hint' | 'value' | 'onValue' | 'required' | 'maxLength'
> & {
  readonly dir?: 'ltr' | 'rtl' | 'auto';
};

/** A field for several lines, with its label. */
export function Area({ label, hint, onValue, ...rest }: AreaProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        {...rest}
        id={id}
        class="input"
        onInput={(event) => onValue(event.currentTarget.value)}
        {...(hint && { 'aria-describedby': `${id}-hint` })}
      />
      <Hint of={id} text={hint} />
    </div>
  );
}

type SelectProps = {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** The options as value and label. */
  readonly options: readonly (readonly [value: string, name: string])[];
};

export function Select({ label, value, onValue, options }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
      >
        {options.map(([option, name]) => (
          <option value={option} key={option}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

type SwitchProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly onValue: (value: T) => void;
  readonly options: readonly (readonly [value: T, name: ComponentChildren])[];
};

/** A choice between a few visible options. */
export function Switch<T extends string>({ label, value, onValue, options }: SwitchProps<T>) {
  return (
    <fieldset class="switch">
      <legend class="visually-hidden">{label}</legend>
      {options.map(([option, name]) => (
        <button
          type="button"
          key={option}
          aria-pressed={option === value}
          onClick={() => onValue(option)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
