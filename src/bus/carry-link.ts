import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createDeadline, orDeadline } from '../lib/concurrency/deadline.ts';
import type { Link, OpenLink } from './link.ts';
import { readMessage, type WakeUp } from './message.ts';
import { createOutbox, type Outbox } from './outbox.ts';

type Options = {
  readonly open: OpenLink;
  /** The name of this node in its messages. */
  readonly name: string;
  /** How often the link is tested. */
  readonly testMs: number;
  /** How long an answer may take before the link counts as lost. */
  readonly answerMs: number;
  /** Ends the link at once. */
  readonly lost: AbortController;
  readonly onOpen: (link: Link, outbox: Outbox) => void;
  readonly onTested: () => void;
  /** Receives the wake-ups of other nodes. */
  readonly onWakeUp: (wakeUp: WakeUp) => void;
};

/**
 * Opens a link and tests it again and again, with messages of this node to itself: a host that is gone, or a pooler that
 * does not support LISTEN, reports no error. Messages just stay away.
 * @throws when the link is lost.
 */
export async function carryLink(options: Options): Promise<never> {
  const { open, name, testMs, answerMs, lost, onOpen, onTested, onWakeUp } = options;
  const { signal } = lost;
  const fail = (error: unknown) => lost.abort(error);
  const own = new EventEmitter();

  function receive(text: string): void {
    const message = readMessage(text);
    if (message?.from === name) own.emit('message');
    else for (const wakeUp of message?.wakeUps ?? []) onWakeUp(wakeUp);
  }

  const opening = open({ onMessage: receive, onEnd: fail, signal });
  const link = await within(orDeadline(opening, signal), answerMs);
  const outbox = createOutbox({ link, from: name, onFault: fail });
  onOpen(link, outbox);
  for (;;) {
    const answer = once(own, 'message', { signal });
    outbox.flush();
    await within(answer, answerMs);
    onTested();
    await pause(testMs, undefined, { signal });
  }
}

/** @throws if `task` takes longer than `milliseconds`. */
export async function within<T>(task: Promise<T>, milliseconds: number): Promise<T> {
  const { signal, clear } = createDeadline(milliseconds);
  const toError = () => new Error(`no answer within ${milliseconds} ms`);
  return orDeadline(task, signal, toError).finally(clear);
}
