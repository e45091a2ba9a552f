import { Agent as HttpsAgent } from 'node:https';
import { connect } from 'node:tls';
import { Agent } from 'undici';
import type { Lab } from '../../support/whatsapp-lab/lab.ts';

/**
 * For the `fetch` of Baileys: it trusts the lab's certificate, and whatever is asked for at
 * WhatsApp's own host comes from the lab. Without the second, long histories could not be fetched,
 * since Baileys asks for them at mmg.whatsapp.net and nowhere else.
 */
export function mediaDispatcher(lab: Lab): NonNullable<RequestInit['dispatcher']> {
  const media = lab.media();
  const [host = '', port] = media.host.split(':');
  const agent = new Agent({
    connect: (_, callback) => {
      const socket = connect({
        host,
        port: Number(port),
        ca: media.certificate,
        servername: 'localhost',
      });
      socket.once('secureConnect', () => callback(null, socket));
      socket.once('error', (error) => callback(error, null));
    },
  });
  return agent as unknown as NonNullable<RequestInit['dispatcher']>;
}

/** For the uploads of Baileys. */
export function mediaAgent(lab: Lab): HttpsAgent {
  return new HttpsAgent({ ca: lab.media().certificate });
}
