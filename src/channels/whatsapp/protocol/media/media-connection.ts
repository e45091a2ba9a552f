import type { MediaConnection } from '../../../../domain/conversations/media-connection.ts';
import { getBinaryNodeChild, getBinaryNodeChildren, type WASocket } from '../baileys.ts';

/** A permission that is about to end is not used for a new upload. */
const MARGIN_MS = 10_000;

/**
 * Asks WhatsApp where files go, and remembers the answer for as long as it is valid. Baileys' own `refreshMediaConn`
 * would remember a failure until the connection ends.
 */
export function createMediaConnections(socket: Pick<WASocket, 'query'>) {
  let known: { readonly connection: MediaConnection; readonly until: number } | undefined;

  /** @throws when WhatsApp does not respond, or refuses. */
  return async function connectMedia(isFresh: boolean): Promise<MediaConnection> {
    if (!isFresh && known && performance.now() < known.until) return known.connection;
    const askedAt = performance.now();
    const answer = await socket.query({
      tag: 'iq',
      attrs: { type: 'set', xmlns: 'w:m', to: 's.whatsapp.net' },
      content: [{ tag: 'media_conn', attrs: {} }],
    });
    const found = getBinaryNodeChild(answer, 'media_conn');
    const { auth, ttl } = found?.attrs ?? {};
    if (!auth) throw new Error('WhatsApp does not permit uploads');
    const hosts = getBinaryNodeChildren(found, 'host').flatMap(
      ({ attrs }) => attrs['hostname'] ?? [],
    );
    const connection = { auth, hosts };
    known = { connection, until: askedAt + Number(ttl ?? 0) * 1000 - MARGIN_MS };
    return connection;
  };
}
