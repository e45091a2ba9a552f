import { fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { AttackOrder } from './attacker-process.ts';
import type { Spoils } from './tally.ts';

const SCRIPT = fileURLToPath(new URL('./attacker-process.ts', import.meta.url));
const LOADER = import.meta.resolve('tsx');

/** An attack that does not stop by then is killed. */
const LONGEST_END_SECONDS = 45;

/**
 * Runs an attack in a process of lower priority, because a real attacker uses the processor of another
 * machine.
 * @throws if it does not end normally.
 */
export async function runAttacker(order: AttackOrder): Promise<Spoils> {
  const child = fork(SCRIPT, { execArgv: ['--import', LOADER] });
  const { pid } = child;
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let spoils: Spoils | undefined;
  child.once('message', (message) => {
    spoils = message as Spoils;
  });
  const ended = once(child, 'exit');
  const longestMs = (order.target.seconds + LONGEST_END_SECONDS) * 1000;
  const giveUp = setTimeout(() => child.kill('SIGKILL'), longestMs);
  child.send(order);
  const [code] = await ended;
  clearTimeout(giveUp);
  if (!spoils) throw new Error(`The attack ${order.attack} ended with ${code}`);
  return spoils;
}
