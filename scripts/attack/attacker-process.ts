/** One attack in its own process, so that it does not delay the honest load. */
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
// Stops the attack if the parent process ends.
process.once('disconnect', () => process.exit(1));

async function attack({ attack: name, target }: AttackOrder): Promise<void> {
  const found = ATTACKS.find((one) => one.name === name);
  if (!found) throw new Error(`Unknown attack: ${name}`);
  const tally = createTally();
  await found.run(target, tally);
  await new Promise<void>((sent) => process.send?.(tally.read(), () => sent()));
}
