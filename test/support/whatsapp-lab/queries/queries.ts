import type { Connection } from '../connection.ts';
import { groupQueries } from '../groups/group-queries.ts';
import { answerMediaConnection } from '../media/media-connection.ts';
import { answerAppState } from '../state/app-state.ts';
import { firstChild, node, type Stanza } from '../wire/nodes.ts';
import { keyQueries } from './key-queries.ts';
import { activate } from './login.ts';
import { mexQueries } from './mex-queries.ts';
import type { Linking } from './pairing.ts';
import type { Query } from './query.ts';
import { answerUsync } from './usync.ts';

type Answer = (query: Query) => void;

const PRIVACY = ['last', 'online', 'profile', 'status', 'groupadd', 'calladd', 'readreceipts'];

const ok: Answer = ({ connection, iq }) => connection.result(iq);

/** Every query of a logged-in client, as "namespace type child". */
const answers: Readonly<Record<string, Answer>> = {
  ...keyQueries,
  ...mexQueries,
  ...groupQueries,
  'usync get usync': answerUsync,
  'md set remove-companion-device': ({ world, connection, companion, iq }) => {
    connection.result(iq);
    world.get(companion.user).companions.delete(companion.device);
  },
  'passive set active': ({ world, connection, companion, iq }) => {
    connection.result(iq);
    activate(world, connection, companion).catch((error: unknown) => {
      world.unhandled.push(`problem after a login: ${error}`);
    });
  },
  'passive set passive': ok,
  'abt get props': ({ connection, iq }) =>
    connection.result(iq, [node('props', { protocol: '1', hash: 'lab', refresh: '86400' }, [])]),
  'blocklist get undefined': ({ connection, iq }) => connection.result(iq, [node('list', {}, [])]),
  'blocklist set item': ok,
  'privacy get privacy': ({ connection, iq }) => {
    const categories = PRIVACY.map((name) => node('category', { name, value: 'all' }));
    connection.result(iq, [node('privacy', {}, categories)]);
  },
  'privacy set tokens': ok,
  'w:sync:app:state set sync': answerAppState,
  'w:m set media_conn': answerMediaConnection,
  'w:profile:picture get picture': ({ connection, iq }) =>
    connection.error(iq, 404, 'item-not-found'),
  'urn:xmpp:whatsapp:dirty set clean': ok,
  'w:stats set add': ok,
};

/** Answers a query; says false when nobody here understands it, which is answered with 501. */
export function answerQuery(query: Omit<Query, 'what'>): boolean {
  const { connection, iq } = query;
  const { xmlns, type } = iq.attrs;
  const what = firstChild(iq);
  const answer = answers[`${xmlns} ${type} ${what?.tag}`];
  if (answer) answer({ ...query, what });
  else connection.error(iq, 501, 'feature-not-implemented');
  return answer !== undefined;
}

/** Says whether a client that is not linked yet speaks of its pairing code. */
export function takeLinkCode(linking: Linking, connection: Connection, iq: Stanza): boolean {
  if (firstChild(iq)?.tag !== 'link_code_companion_reg') return false;
  linking.takeLinkCode(connection, iq);
  return true;
}
