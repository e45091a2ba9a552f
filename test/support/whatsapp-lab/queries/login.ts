import type { Companion } from '../companion.ts';
import type { Connection } from '../connection.ts';
import type { Faults } from '../faults.ts';
import { node, SERVER, type Stanza, seconds } from '../wire/nodes.ts';
import type { Caller } from '../wire/noise.ts';
import type { World } from '../world.ts';

const LOGGED_OUT = 401;
const TOO_OLD = 405;

/** Where the server tells clients to come back to; they show it at their next connection. */
const ROUTING_INFO = Buffer.from([8, 8, 8, 5]);

/** Says why a client may not even knock, as a code of `<failure>`. */
export function refusalOf({ faults }: World, { payload }: Caller): number | undefined {
  return isTooOld(payload, faults) ? TOO_OLD : undefined;
}

/** Lets a linked device in, and throws an older connection of it out. */
export function logIn(world: World, connection: Connection, caller: Caller): void {
  const { username, device } = caller.payload;
  const account = world.find(String(username));
  const companion = account?.companions.get(device ?? 0);
  if (world.faults.loginFailure) {
    connection.failure(world.faults.loginFailure);
    return;
  }
  if (!account || !companion?.noisePub.equals(caller.clientStatic)) {
    connection.failure(LOGGED_OUT);
    return;
  }
  companion.connection?.streamError(undefined, node('conflict', { type: 'replaced' }));
  companion.connection = connection;
  connection.companion = companion;
  account.logins += 1;
  const attributes = { t: seconds(), props: '27', companion_enc_static: '' };
  connection.send(node('success', { ...attributes, lid: companion.lidJid }));
}

/** The client said that it is active: it gets what it missed, and once its phone's history. */
export async function activate(
  world: World,
  connection: Connection,
  companion: Companion,
): Promise<void> {
  const routing = node('edge_routing', {}, [node('routing_info', {}, ROUTING_INFO)]);
  connection.send(node('ib', { from: SERVER }, [routing]));
  const missed = companion.queue.splice(0);
  if (missed.length > 0) {
    connection.send(node('ib', { from: SERVER }, [preview(missed)]));
    await connection.untilOfflineBatch();
    for (const [index, stanza] of missed.entries()) {
      companion.post({ ...stanza, attrs: { ...stanza.attrs, offline: String(index) } });
    }
  }
  connection.send(
    node('ib', { from: SERVER }, [node('offline', { count: String(missed.length) })]),
  );
  const account = world.get(companion.user);
  if (!companion.isGreeted && account.historySync) {
    companion.isGreeted = true;
    await account.greet(companion);
  }
}

function preview(missed: readonly Stanza[]): Stanza {
  const count = (tag: string) => String(missed.filter((stanza) => stanza.tag === tag).length);
  return node('offline_preview', {
    count: String(missed.length),
    message: count('message'),
    receipt: count('receipt'),
    notification: count('notification'),
    appdata: '0',
    t: seconds(),
  });
}

function isTooOld({ userAgent }: Caller['payload'], { minVersion }: Faults): boolean {
  const { primary, secondary, tertiary } = userAgent?.appVersion ?? {};
  const version = [primary ?? 0, secondary ?? 0, tertiary ?? 0];
  for (const [index, least] of (minVersion ?? []).entries()) {
    const part = version[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
