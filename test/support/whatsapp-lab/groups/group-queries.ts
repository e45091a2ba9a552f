import type { Account } from '../account.ts';
import type { Query } from '../queries/query.ts';
import { child, children, findBytes, node, type Stanza, splitJid } from '../wire/nodes.ts';
import type { World } from '../world.ts';
import { describeGroup, describeMemberOf, type Group, isAdmin } from './group.ts';
import {
  applySetting,
  changeMembers,
  createGroup,
  type GroupSetting,
  joinByInvite,
  leaveGroup,
  type MemberAction,
  type MemberOutcome,
  renewInvite,
  setDescription,
  setSubject,
} from './group-changes.ts';

type Answer = (query: Query) => void;
/** A question of a member about their group. */
type Asked = { readonly query: Query; readonly group: Group; readonly me: Account };

/** What clients ask and change about groups. */
export const groupQueries: Readonly<Record<string, Answer>> = limited({
  'w:g2 set create': (query) => {
    const subject = query.what?.attrs['subject'] ?? '';
    const members = accountsIn(query).flatMap(({ account }) => account ?? []);
    reply(query, [describeGroup(createGroup(query.world, accountOf(query), { subject, members }))]);
  },
  'w:g2 get query': forMember(({ query, group }) => reply(query, [describeGroup(group)])),
  'w:g2 get participating': (query) => {
    const me = accountOf(query);
    const mine = [...query.world.groups.values()].filter(({ members }) => members.has(me));
    reply(query, [node('groups', {}, mine.map(describeGroup))]);
  },
  'w:g2 set add': forAdmin((asked) => answerMembers(asked, 'add')),
  'w:g2 set remove': forAdmin((asked) => answerMembers(asked, 'remove')),
  'w:g2 set promote': forAdmin((asked) => answerMembers(asked, 'promote')),
  'w:g2 set demote': forAdmin((asked) => answerMembers(asked, 'demote')),
  'w:g2 set subject': forAdmin(({ query, group, me }) => {
    setSubject(group, me, findBytes(query.what)?.toString() ?? '');
    reply(query);
  }),
  'w:g2 set description': forAdmin(({ query, group, me }) => {
    const id = query.what?.attrs['id'] ?? '';
    setDescription(group, me, { id, text: findBytes(child(query.what, 'body'))?.toString() });
    reply(query);
  }),
  'w:g2 set announcement': changeSetting('announcement'),
  'w:g2 set not_announcement': changeSetting('not_announcement'),
  'w:g2 set locked': changeSetting('locked'),
  'w:g2 set unlocked': changeSetting('unlocked'),
  'w:g2 get invite': (query) => {
    const code = query.what?.attrs['code'];
    if (code === undefined) return describeInvite(query);
    const group = groupByInvite(query.world, code);
    if (group) reply(query, [describeGroup(group)]);
    else query.connection.error(query.iq, 404, 'item-not-found');
  },
  'w:g2 set invite': (query) => {
    const code = query.what?.attrs['code'];
    if (code === undefined) return renew(query);
    const group = groupByInvite(query.world, code);
    if (!group) return query.connection.error(query.iq, 404, 'item-not-found');
    joinByInvite(group, accountOf(query));
    reply(query, [node('group', { jid: group.jid })]);
  },
  'w:g2 set leave': (query) => {
    for (const { attrs } of children(query.what, 'group')) {
      const group = query.world.groups.get(attrs['id'] ?? '');
      if (group) leaveGroup(group, accountOf(query));
    }
    reply(query);
  },
});

const describeInvite = forAdmin(({ query, group }) =>
  reply(query, [node('invite', { code: group.invite })]),
);
const renew = forAdmin(({ query, group, me }) =>
  reply(query, [node('invite', { code: renewInvite(group, me) })]),
);

/** The fault of the server that counts how often it is asked about groups. */
function limited(answers: Record<string, Answer>): Record<string, Answer> {
  const entries = Object.entries(answers).map(([name, answer]) => {
    const limitedAnswer: Answer = (query) => {
      const { groupQueryError: fault } = query.world.faults;
      if (!fault || fault.times <= 0) return answer(query);
      fault.times -= 1;
      query.connection.error(query.iq, fault.error, 'rate-overlimit');
    };
    return [name, limitedAnswer] as const;
  });
  return Object.fromEntries(entries);
}

function forMember(answer: (asked: Asked) => void): Answer {
  return (query) => {
    const group = query.world.groups.get(query.iq.attrs['to'] ?? '');
    const me = accountOf(query);
    if (!group) query.connection.error(query.iq, 404, 'item-not-found');
    else if (!group.members.has(me)) query.connection.error(query.iq, 403, 'forbidden');
    else answer({ query, group, me });
  };
}

function forAdmin(answer: (asked: Asked) => void): Answer {
  return forMember((asked) => {
    if (isAdmin(asked.group, asked.me)) answer(asked);
    else asked.query.connection.error(asked.query.iq, 403, 'forbidden');
  });
}

function changeSetting(setting: GroupSetting): Answer {
  return forAdmin(({ query, group, me }) => {
    applySetting(group, me, setting);
    reply(query);
  });
}

function answerMembers({ query, group, me }: Asked, action: MemberAction): void {
  const asked = accountsIn(query);
  const accounts = asked.flatMap(({ account }) => account ?? []);
  const outcomes = changeMembers(group, me, { action, accounts });
  const known = outcomes.map((outcome) => describeOutcome(group, outcome));
  const unknown = asked
    .filter(({ account }) => !account)
    .map(({ jid }) => node('participant', { jid, error: '404' }));
  reply(query, [node(action, {}, [...known, ...unknown])]);
}

/** A person who cannot be added may be invited with the code that comes beside the refusal. */
function describeOutcome(group: Group, { account, status }: MemberOutcome): Stanza {
  const member = describeMemberOf(group, account);
  if (status === 200) return member;
  const request = node('add_request', { code: 'lab', expiration: '259200' });
  const attributes = { ...member.attrs, error: String(status) };
  return node('participant', attributes, status === 403 ? [request] : undefined);
}

function accountsIn({ world, what }: Query) {
  return children(what, 'participant').map(({ attrs: { jid } }) => ({
    jid,
    account: world.find(splitJid(jid)?.user ?? ''),
  }));
}

const accountOf = ({ world, companion }: Query): Account => world.get(companion.user);

const groupByInvite = ({ groups }: World, code: string): Group | undefined =>
  [...groups.values()].find(({ invite }) => invite === code);

function reply({ connection, iq }: Query, content?: Stanza[]): void {
  connection.result(iq, content);
}
