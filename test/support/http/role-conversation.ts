import { waitFor } from '../wait-for.ts';
import type { Lab, Phone } from '../whatsapp-lab/lab.ts';
import type { Harness } from './harness.ts';

type Parts = { readonly h: Harness; readonly lab: Lab; readonly desk: Phone };

type Call = Readonly<Record<string, unknown>> & {
  readonly body?: unknown;
  readonly query?: string;
};

/** A conversation of the session `desk`, and a valid call of each route about it. */
export async function createConversation({ h, lab, desk }: Parts) {
  const id = 'desk';
  const friend = lab.addPhone();
  const to = friend.number;
  const written = await friend.sendText(desk.pn, 'hello');
  await waitFor(async () => {
    const { status } = await h.client.get(`/api/sessions/${id}/messages/${written}`);
    return status === 200 || undefined;
  }, 'a message to be stored');

  /** A message of the session, which can be changed. */
  async function send(): Promise<string> {
    const { body } = await h.client.post(`/api/sessions/${id}/messages`, { to, text: 'hi' });
    return String(body.data?.['messageId']);
  }

  /** Allows another status post now. */
  async function forgetPosts(): Promise<void> {
    await h.client.patch(`/api/sessions/${id}`, { use: 'both', ignore: [] });
    await h.database.statements.change(
      `DELETE FROM "rate_limits" WHERE "limitKey" LIKE 'status-post-%'`,
      [],
    );
  }
  const STATUS_POST = { text: 'Open today', to: [to] };

  async function post(): Promise<string> {
    await forgetPosts();
    const { body } = await h.client.post(`/api/sessions/${id}/status-posts`, STATUS_POST);
    return String(body.data?.['statusId']);
  }

  const created = await h.client.post(`/api/sessions/${id}/groups`, {
    subject: 'Team',
    members: [to],
  });
  const group = String(created.body.data?.['group']);
  const onGroup = async (body: unknown): Promise<Call> => ({ id, group, body });

  /** A group of another person, which the session can join or leave. */
  function makeGroup(members: readonly string[]) {
    const founder = lab.addPhone();
    const made = founder.groups.create({ subject: 'Guests', members });
    return { made, invite: founder.groups.invite(made) };
  }

  const ofSession = async (): Promise<Call> => ({ id });
  const onMessage = async (body: unknown): Promise<Call> => ({ id, messageId: written, body });
  const onOwn = async (body: unknown): Promise<Call> => ({ id, messageId: await send(), body });
  const at = '/api/sessions/:id';
  const makers: Readonly<Record<string, () => Promise<Call>>> = {
    [`GET ${at}/messages`]: ofSession,
    [`GET ${at}/chats`]: ofSession,
    [`GET ${at}/contacts`]: ofSession,
    [`GET ${at}/messages/:messageId`]: async () => ({ id, messageId: written }),
    [`POST ${at}/media`]: async () => ({ id, body: 'a file' }),
    [`GET ${at}/status-posts`]: ofSession,
    [`POST ${at}/status-posts`]: async () => {
      await forgetPosts();
      return { id, body: STATUS_POST };
    },
    [`DELETE ${at}/status-posts/:statusId`]: async () => ({ id, statusId: await post() }),
    [`POST ${at}/messages`]: async () => ({ id, body: { to, text: 'hi' } }),
    [`POST ${at}/messages/:messageId/forward`]: () => onMessage({ to }),
    [`POST ${at}/messages/:messageId/reaction`]: () => onMessage({ emoji: '👍' }),
    [`POST ${at}/messages/:messageId/edit`]: () => onOwn({ text: 'hi there' }),
    [`POST ${at}/messages/:messageId/revoke`]: () => onOwn({}),
    [`POST ${at}/messages/:messageId/read`]: () => onMessage({}),
    [`PATCH ${at}/chats/:chat`]: async () => ({ id, chat: to, body: { isPinned: true } }),
    [`GET ${at}/messages/:messageId/receipts`]: async () => ({ id, messageId: await send() }),
    [`GET ${at}/contacts/:phoneNumber/picture`]: async () => ({ id, phoneNumber: to }),
    [`PUT ${at}/presence`]: async () => ({ id, body: { state: 'unavailable' } }),
    [`POST ${at}/chats/:chat/typing`]: async () => ({ id, chat: to, body: { state: 'paused' } }),
    [`GET ${at}/groups`]: ofSession,
    [`POST ${at}/groups`]: async () => ({ id, body: { subject: 'New', members: [to] } }),
    [`POST ${at}/groups/join`]: async () => ({ id, body: { invite: makeGroup([]).invite } }),
    [`GET ${at}/groups/:group`]: async () => ({ id, group }),
    [`PATCH ${at}/groups/:group`]: () => onGroup({ subject: 'Team' }),
    [`POST ${at}/groups/:group/members`]: () => onGroup({ members: [lab.addPhone().number] }),
    [`DELETE ${at}/groups/:group/members`]: async () => ({
      ...{ id, group },
      query: `?members=${encodeURIComponent(lab.addPhone().number)}`,
    }),
    [`POST ${at}/groups/:group/promote`]: () => onGroup({ members: [to] }),
    [`POST ${at}/groups/:group/demote`]: () => onGroup({ members: [to] }),
    [`POST ${at}/groups/:group/leave`]: async () => ({
      ...{ id, group: makeGroup([desk.pn]).made },
      body: {},
    }),
    [`GET ${at}/groups/:group/invite`]: async () => ({ id, group }),
    [`DELETE ${at}/groups/:group/invite`]: async () => ({ id, group }),
    [`PUT ${at}/contacts/:phoneNumber/block`]: async () => ({ id, phoneNumber: to, body: {} }),
    [`DELETE ${at}/contacts/:phoneNumber/block`]: async () => ({ id, phoneNumber: to }),
  };
  return makers;
}
