/** One attack in a process of its own, so that it takes no time from the honest ones' clock. */
import { ATTACKS } from './attacks/all-attacks.ts';
import type { Target } from './attacks/attack.ts';
import { createTally } from './tally.ts';

export type AttackOrder = { readonly attack: string; readonly target: Target };

process.once('message', (order: AttackOrder) => {
  attack(order).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
// Without whoever asked for it, no attack goes on.
process.once('disconnect', () => process.exit(1));

async function attack({ attack: name, target }: AttackOrder): Promise<void> {
  const found = ATTACKS.find((one) => one.name === name);
  if (!found) throw new Error(`There is no attack ${name}`);
  const tally = createTally();
  await found.run(target, tally);
  await new Promise<void>((sent) => process.send?.(tally.read(), () => sent()));
}
