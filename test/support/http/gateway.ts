import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the `http` channel posts. */
type GatewayMessage = {
  readonly verificationId: string;
  readonly to: string;
  readonly code: string;
  readonly text: string;
  readonly locale: string;
  readonly companyName?: string;
};

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** Takes every message. */
const accept: Behaviour = (_, response) => void response.writeHead(204).end();

/** An operator's own SMS gateway on the loopback: the tests read codes from it, as a person would. */
export async function startGateway() {
  const messages: GatewayMessage[] = [];
  const authorizations: (string | undefined)[] = [];
  let behave = accept;
  const server = createServer(async (request, response) => {
    messages.push(JSON.parse(await text(request)) as GatewayMessage);
    authorizations.push(request.headers.authorization);
    behave(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/sms`,
    messages,
    authorizations,
    /** The code that was last sent to a number (E.164). */
    codeFor(phoneNumber: string): string {
      const message = messages.findLast(({ to }) => to === phoneNumber);
      if (!message) throw new Error(`nothing was sent to ${phoneNumber}`);
      return message.code;
    },
    /** Answers as told from now on; without an argument it takes messages again. */
    behaveLike(behaviour: Behaviour = accept) {
      behave = behaviour;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type Gateway = Awaited<ReturnType<typeof startGateway>>;
