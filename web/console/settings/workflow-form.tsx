import { useEffect, useState } from 'preact/hooks';
import { Field, Select } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Icon } from '../../components/icon.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Workflow } from '../../lib/types.ts';
import { addStep, moveUp, type StepDraft, toDrafts, toSteps } from './workflow-draft.ts';

/** The most steps that a workflow can have. */
const MOST_STEPS = 5;

const SHORTEST_WAIT = 5;
const LONGEST_WAIT = 600;

type Props = {
  readonly path: string;
  readonly workflow: Workflow['workflow'];
  /** The names of the enabled channels. */
  readonly channels: readonly string[];
  readonly onSaved: () => void;
};

/** Changes a workflow. Without steps, the account has none, and the channels of the installation are tried. */
export function WorkflowForm({ path, workflow, channels, onSaved }: Props) {
  const { t, name } = useWords();
  const [steps, setSteps] = useState(() => toDrafts(workflow));
  useEffect(() => setSteps(toDrafts(workflow)), [workflow]);
  const { run, isBusy, failure, result } = useAction(() => save(path, steps), onSaved);
  const unused = channels.filter((channel) => !steps.some((step) => step.channel === channel));
  const [next] = unused;
  const list = channels.map((channel) => name('channel', channel)).join(', ');
  return (
    <Form class="stack" onSubmit={() => run()}>
      {steps.length === 0 && <p>{t('workflow.none', { list })}</p>}
      <ol class="stack">
        {steps.map((step, index) => (
          <Step
            key={step.id}
            {...{ step, index, steps, onSteps: setSteps }}
            channels={channels.filter((one) => one === step.channel || unused.includes(one))}
          />
        ))}
      </ol>
      <FailureNotice of={failure} />
      {result !== undefined && <Notice tone="good">{t('account.saved')}</Notice>}
      <div class="row">
        {next !== undefined && steps.length < MOST_STEPS && (
          <button type="button" class="button" onClick={() => setSteps(addStep(steps, next))}>
            <Icon name="plus" />
            {t('workflow.add')}
          </button>
        )}
        <button type="submit" class="button primary" disabled={isBusy}>
          {t('account.save')}
        </button>
      </div>
    </Form>
  );
}

async function save(path: string, steps: readonly StepDraft[]): Promise<true> {
  if (steps.length === 0) await api(path, { method: 'DELETE' });
  else await api(path, { method: 'PUT', body: { workflow: toSteps(steps) } });
  return true;
}

type StepProps = {
  readonly step: StepDraft;
  readonly index: number;
  readonly steps: readonly StepDraft[];
  readonly onSteps: (steps: readonly StepDraft[]) => void;
  readonly channels: readonly string[];
};

function Step({ step, index, steps, onSteps, channels }: StepProps) {
  const { t, name } = useWords();
  const title = t('workflow.step', { number: index + 1 });
  const change = (of: 'channel' | 'waitSeconds' | 'until') => (value: string) =>
    onSteps(steps.with(index, { ...step, [of]: value }));
  return (
    <li>
      <fieldset class="step">
        <legend>{title}</legend>
        <Select
          label={t('workflow.channel')}
          value={step.channel}
          onValue={change('channel')}
          options={channels.map((channel) => [channel, name('channel', channel)])}
        />
        <Select
          label={t('workflow.until')}
          value={step.until}
          onValue={change('until')}
          options={[
            ['', t('workflow.default')],
            ['accepted', t('workflow.accepted')],
            ['delivered', t('workflow.delivered')],
            ['read', t('workflow.read')],
          ]}
        />
        <Field
          {...{ label: t('workflow.wait'), type: 'number', min: SHORTEST_WAIT, max: LONGEST_WAIT }}
          {...{ value: step.waitSeconds, onValue: change('waitSeconds') }}
          {...{ placeholder: t('workflow.default'), autocomplete: 'off' }}
        />
        <div class="actions">
          {index > 0 && (
            <button
              type="button"
              class="button compact"
              aria-label={`${t('workflow.up')}: ${title}`}
              onClick={() => onSteps(moveUp(steps, index))}
            >
              {t('workflow.up')}
            </button>
          )}
          <button
            type="button"
            class="button compact"
            aria-label={`${t('workflow.remove')}: ${title}`}
            onClick={() => onSteps(steps.toSpliced(index, 1))}
          >
            {t('workflow.remove')}
          </button>
        </div>
      </fieldset>
    </li>
  );
}
