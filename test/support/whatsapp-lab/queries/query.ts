import type { Companion } from '../companion.ts';
import type { Connection } from '../connection.ts';
import type { Stanza } from '../wire/nodes.ts';
import type { World } from '../world.ts';

/** An iq of a logged-in client; `what` is its first child. */
export type Query = {
  readonly world: World;
  readonly connection: Connection;
  readonly companion: Companion;
  readonly iq: Stanza;
  readonly what: Stanza | undefined;
};
