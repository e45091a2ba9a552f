import type { Workflow } from '../../lib/types.ts';

/** A step as a form holds it; empty texts stand for the defaults of the installation. */
export type StepDraft = {
  /** Identifies the step in the form. */
  readonly id: number;
  readonly channel: string;
  readonly waitSeconds: string;
  readonly until: string;
};

export function toDrafts(workflow: Workflow['workflow']): readonly StepDraft[] {
  return workflow.map(({ channel, waitSeconds, until }, id) => ({
    id,
    channel,
    waitSeconds: waitSeconds === null ? '' : String(waitSeconds),
    until: until ?? '',
  }));
}

/** The steps as the API accepts them. */
export function toSteps(drafts: readonly StepDraft[]) {
  return drafts.map(({ channel, waitSeconds, until }) => ({
    channel,
    ...(waitSeconds !== '' && { waitSeconds: Number(waitSeconds) }),
    ...(until !== '' && { until }),
  }));
}

/** Adds a step with the defaults of the installation. */
export function addStep(drafts: readonly StepDraft[], channel: string): readonly StepDraft[] {
  const id = Math.max(-1, ...drafts.map((one) => one.id)) + 1;
  return [...drafts, { id, channel, waitSeconds: '', until: '' }];
}

/** Moves a step one place towards the beginning. */
export function moveUp(drafts: readonly StepDraft[], index: number): readonly StepDraft[] {
  const moved = drafts[index];
  const above = drafts[index - 1];
  if (!moved || !above) return drafts;
  return drafts.with(index - 1, moved).with(index, above);
}
