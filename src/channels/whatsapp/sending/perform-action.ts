import type { MemberOutcome } from '../../../domain/conversations/account/group.ts';
import type {
  Answer,
  SessionActionName,
  SessionActions,
} from '../../../domain/conversations/account/session-action.ts';
import { readPersonKey } from '../../../domain/conversations/message.ts';
import { toWhatsAppId } from '../../../domain/whatsapp/whatsapp-number.ts';
import { orDeadline } from '../../../lib/concurrency/deadline.ts';
import { ChannelError } from '../../contract.ts';
import type { NamedMember } from '../protocol/groups/group-actions.ts';
import { answerOf } from '../protocol/groups/group-cache.ts';
import type { Socket } from '../protocol/socket.ts';
import { toChannelError } from '../session/send-queue.ts';
import type { ChatContext, ChatMember } from './chat-messages.ts';

/** How long WhatsApp may take for an action. */
const ACTION_MS = 12_000;

type Handlers = {
  readonly [N in SessionActionName]: (
    asks: SessionActions[N]['asks'],
  ) => Promise<SessionActions[N]['replies']>;
};

type Action<N extends SessionActionName> = {
  readonly name: N;
  readonly asks: SessionActions[N]['asks'];
};

/**
 * Does something with the account of a session. What WhatsApp refuses is an answer.
 * @throws {ChannelError} `unavailable` or `timeout` when the session is not connected, or WhatsApp does not respond.
 */
export async function performAction<N extends SessionActionName>(
  context: ChatContext,
  member: ChatMember,
  { name, asks }: Action<N>,
): Promise<Answer<SessionActions[N]['replies']>> {
  const deadline = AbortSignal.timeout(ACTION_MS);
  const socket = await member.session.whenOpen(deadline).catch(toChannelError);
  const handler: Handlers[N] = toHandlers(context, member, { socket, deadline })[name];
  return orDeadline(answerOf(handler(asks)), deadline).catch((cause: unknown) => {
    if (cause instanceof ChannelError) throw cause;
    const message = 'WhatsApp did not answer in time';
    throw new ChannelError('unavailable', message, { cause, mayHaveArrived: true });
  });
}

type Line = { readonly socket: Socket; readonly deadline: AbortSignal };

function toHandlers(context: ChatContext, member: ChatMember, line: Line): Handlers {
  const { socket } = line;
  const { groups } = socket;
  return {
    list_groups: () => groups.list(),
    read_group: ({ groupId }) => groups.read(groupId),
    create_group: ({ subject, members }) =>
      createGroup(context, member, line, { subject, members }),
    change_group: ({ groupId, facts }) => groups.changeFacts(groupId, facts),
    async change_members({ groupId, change, members }) {
      if (change !== 'add') {
        return groups.changeMembers(groupId, change, await groups.locate(groupId, members));
      }
      const { named, failed } = await admit(context, member, line, members);
      const outcomes = await groups.changeMembers(groupId, change, named);
      return [...outcomes, ...failed.map(({ outcome }) => outcome)];
    },
    leave_group: ({ groupId }) => groups.leave(groupId),
    read_invite: ({ groupId }) => groups.readInvite(groupId),
    renew_invite: ({ groupId }) => groups.renewInvite(groupId),
    join_group: ({ code }) => groups.join(code),
    async set_presence({ isAvailable }) {
      await socket.setPresence(isAvailable);
      return null;
    },
    async find_picture({ person }) {
      const { phoneNumber } = readPersonKey(person);
      const known =
        phoneNumber && (await context.contacts.find(phoneNumber)).get(member.sessionId)?.whatsAppId;
      return (await socket.findPicture(known || toWhatsAppId(person))) ?? null;
    },
  };
}

async function createGroup(
  context: ChatContext,
  member: ChatMember,
  line: Line,
  { subject, members }: SessionActions['create_group']['asks'],
): Promise<SessionActions['create_group']['replies']> {
  const { named, failed } = await admit(context, member, line, members);
  const [first] = failed;
  if (named.length === 0 && first) throw first.error;
  const { group, outcomes } = await line.socket.groups.create(subject, named);
  return { group, outcomes: [...outcomes, ...failed.map(({ outcome }) => outcome)] };
}

type Failed = { readonly outcome: MemberOutcome; readonly error: ChannelError };

/**
 * Finds the IDs of people who are to be added. One who does not know the session counts as a new contact, since WhatsApp
 * restricts numbers for that, too.
 */
async function admit(
  { contacts }: ChatContext,
  { sessionId, messenger }: ChatMember,
  { deadline }: Line,
  members: readonly string[],
): Promise<{ readonly named: NamedMember[]; readonly failed: Failed[] }> {
  const named: NamedMember[] = [];
  const failed: Failed[] = [];
  for (const personKey of members) {
    const contact = (await contacts.find(personKey)).get(sessionId);
    try {
      const { whatsAppId } = await messenger.admit({ recipient: personKey, deadline, contact });
      named.push({ personKey, jid: whatsAppId ?? toWhatsAppId(personKey) });
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      const isAbsent = error.reason === 'not_on_channel';
      const status = isAbsent ? 'not_on_whatsapp' : 'not_permitted';
      failed.push({ outcome: { personKey, status }, error });
    }
  }
  return { named, failed };
}
