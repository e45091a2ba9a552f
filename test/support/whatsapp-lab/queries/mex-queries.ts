import { QueryIds, XWAPaths } from '@whiskeysockets/baileys';
import { describeLock } from '../time-lock.ts';
import { firstChild, node } from '../wire/nodes.ts';
import type { Query } from './query.ts';

/** WhatsApp's GraphQL: what a client may ask about the standing of its account. */
export const mexQueries: Readonly<Record<string, (query: Query) => void>> = {
  'w:mex get query': (query) => {
    const { connection, iq } = query;
    const data = dataFor(query);
    const json = data ? { data } : { errors: [{ message: 'the lab does not know this query' }] };
    if (!data) query.world.unhandled.push(`w:mex query ${queryId(query)}`);
    connection.result(iq, [node('result', {}, Buffer.from(JSON.stringify(json)))]);
  },
};

function dataFor(query: Query): object | undefined {
  const { world, companion } = query;
  if (queryId(query) === QueryIds.REACHOUT_TIMELOCK) {
    const { timeLock } = world.get(companion.user);
    return { [XWAPaths.xwa2_fetch_account_reachout_timelock]: describeLock(timeLock) };
  }
  if (queryId(query) === QueryIds.MESSAGE_CAPPING_INFO) {
    const none = { capping_status: 'NONE', ote_status: 'NOT_ELIGIBLE', mv_status: 'NOT_ELIGIBLE' };
    return { [XWAPaths.xwa2_message_capping_info]: none };
  }
  return undefined;
}

const queryId = ({ iq }: Query): string | undefined => firstChild(iq)?.attrs['query_id'];
