import { readFileSync } from 'node:fs';
import type { Answer } from '../../../support/http/client.ts';
import type { ProviderMessage } from '../../../support/providers/every-provider.ts';

type Arrival = ProviderMessage & { readonly at: Date };

/** A part of a story, until the next one begins. */
type Phase = { readonly name: string; readonly from: Date };

/** What a test sees of one code from the outside. */
export type Story = {
  readonly channels: readonly string[];
  readonly requestedAt: Date;
  readonly phases: Phase[];
  /** What is on the phone, in order. */
  readonly arrivals: Arrival[];
  /** The answer to the send request. */
  readonly answer: Answer;
};

/** What the service says about it in the end. */
type Found = {
  readonly deliveries: readonly {
    readonly step: number;
    readonly channel: string;
    readonly status: string;
    readonly reason: string | null | undefined;
    readonly dueAt: Date | null | undefined;
    readonly claimedBy: string | null | undefined;
  }[];
  readonly verified: Answer;
  readonly timeline: Answer;
  readonly status: Answer;
};

type Event = {
  readonly at: string;
  readonly kind: string;
  readonly channel?: string;
  readonly reason?: string;
};

/** A code must be on the phone within this time, if any channel can deliver it. */
const LONGEST_SECONDS = 30;

/** How often due steps are looked for. */
const JOB_SECONDS = 1;

/**
 * A story as text, for comparison with a golden one: without IDs, and with the part of the story instead of each time.
 * `names` are shown instead of channels and reasons.
 */
export function describeStory(
  story: Story,
  { deliveries, verified, timeline, status }: Found,
  names: Readonly<Record<string, string>>,
): string {
  const nameOf = (word: unknown) => names[String(word)] ?? String(word ?? '-');
  const phaseOf = (at: Date) => story.phases.findLast(({ from }) => from <= at)?.name ?? 'at once';
  const events = (timeline.body.data?.['events'] ?? []) as readonly Event[];
  const codes = new Set(story.arrivals.map(({ code }) => code));
  const { answer } = story;
  const { canVerify, delivery } = status.body.data ?? {};
  const latest = delivery as Readonly<Record<string, unknown>>;

  const told = events.map(({ at, kind, channel, reason }) =>
    toLine([phaseOf(new Date(at)), kind, channel && nameOf(channel), reason && nameOf(reason)]),
  );
  const rows = deliveries.map(({ step, channel, status: state, reason, dueAt, claimedBy }) => {
    const isOpen = dueAt || claimedBy ? 'still waits' : '';
    return toLine([`step ${step}`, state, nameOf(channel), reason && nameOf(reason), isOpen]);
  });
  const messages = story.arrivals.map(({ at, channel }) =>
    toLine([phaseOf(at), 'message', nameOf(channel)]),
  );
  return [
    `workflow: ${story.channels.map(nameOf).join(', ')}`,
    `answer: ${answer.status} ${answer.body.code ?? `sent by ${nameOf(answer.body.data?.['channel'])}`}`,
    'timeline:',
    ...told,
    'deliveries:',
    ...rows,
    'phone:',
    ...messages,
    `different codes: ${codes.size}`,
    `first message within ${LONGEST_SECONDS} s: ${isInTime(story) ? 'yes' : 'no'}`,
    `verify: ${verified.status}`,
    `status: ${status.body.data?.['status']} by ${nameOf(status.body.data?.['channel'])}, can verify: ${canVerify}`,
    `latest delivery: ${latest['status']} by ${nameOf(latest['channel'])}`,
    '',
  ].join('\n');
}

/** In the stories, the job that takes due steps runs at once. */
function isInTime({ arrivals, requestedAt, phases }: Story): boolean {
  const [first] = arrivals;
  if (!first) return false;
  const seconds = (first.at.getTime() - requestedAt.getTime()) / 1000;
  const waits = phases.filter(({ from }) => from <= first.at).length - 1;
  return seconds + waits * JOB_SECONDS <= LONGEST_SECONDS;
}

/** Columns of fixed widths, without blanks at the end. */
function toLine(cells: readonly unknown[]): string {
  const widths = [20, 11, 16];
  const line = cells.map((cell, index) => String(cell ?? '').padEnd(widths[index] ?? 0));
  return `  ${line.join(' ')}`.trimEnd();
}

/** The text that a story must have. */
export function readGolden(name: string): string {
  return readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8');
}
