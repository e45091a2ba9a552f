import type { Harness } from '../http/harness.ts';
import { waitFor } from '../wait-for.ts';

type Shown = Readonly<Record<string, unknown>>;

/** What an application does with the conversations of a session. */
export function createConversationCalls({ client }: Pick<Harness, 'client'>, session = 'shop') {
  const at = (rest: string) => `/api/sessions/${session}/${rest}`;

  async function list(rest: string): Promise<Shown[]> {
    const { body } = await client.get(at(rest));
    return (body.data?.['items'] ?? []) as Shown[];
  }

  async function get(messageId: string): Promise<Shown> {
    const { body } = await client.get(at(`messages/${messageId}`));
    return body.data ?? {};
  }

  return {
    list,
    get,
    send: (body: object, headers = {}) => client.post(at('messages'), body, headers),
    act: (messageId: string, action: string, body: object = {}) =>
      client.post(at(`messages/${messageId}/${action}`), body),
    patchChat: (chat: string, body: object) =>
      client.patch(at(`chats/${encodeURIComponent(chat)}`), body),
    block: (number: string) => client.put(at(`contacts/${encodeURIComponent(number)}/block`)),
    /** Resolves with the message as soon as `isRight` says so. */
    until: (messageId: string, isRight: (message: Shown) => boolean) =>
      waitFor(async () => {
        const message = await get(messageId);
        return isRight(message) ? message : undefined;
      }, `message ${messageId}`),
    untilStored: (messageId: string) =>
      waitFor(async () => {
        const message = await get(messageId);
        return message['messageId'] === messageId ? message : undefined;
      }, `message ${messageId} to be stored`),
  };
}
