import { randomBytes } from 'node:crypto';
import type { Answer, PhoneAnswer } from './call.ts';
import * as bodies from './conversation-bodies.ts';

/** Groups and files of everybody. */
export const conversationRoutes: Readonly<Record<string, Answer>> = {
  'GET /groups': ({ lab }) => lab.state().groups,
  'GET /media/requests': ({ lab }) => lab.media().requests,
  'GET /media/certificate': ({ lab }) => ({ certificate: lab.media().certificate }),
  'POST /media/expire': ({ lab, read }) => {
    const { directPath } = read(bodies.DirectPath, 'directPath');
    return { wasThere: lab.media().expire(directPath) };
  },
};

/** What a person does with messages, groups, chats, and shows to others. */
export const phoneConversationRoutes: Readonly<Record<string, PhoneAnswer>> = {
  'POST /phones/NUMBER/send': async (phone, { read }) => {
    const { to, text, ...options } = read(bodies.Text);
    return { id: await phone.sendText(to, text, options) };
  },
  'POST /phones/NUMBER/react': async (phone, { read }) => {
    const { to, id, emoji } = read(bodies.Reaction);
    return { id: await phone.react(to, id, emoji) };
  },
  'POST /phones/NUMBER/edit': async (phone, { read }) => {
    const { to, id, text } = read(bodies.Edit);
    return { id: await phone.edit(to, id, text) };
  },
  'POST /phones/NUMBER/revoke': async (phone, { read }) => {
    const { to, id, asAdmin = false } = read(bodies.Revocation);
    return { id: await phone.revoke(to, id, { asAdmin }) };
  },
  'POST /phones/NUMBER/location': async (phone, { read }) => {
    const { to, latitude, longitude, name } = read(bodies.Location);
    return { id: await phone.sendLocation(to, latitude, longitude, name) };
  },
  'POST /phones/NUMBER/contact': async (phone, { read }) => {
    const { to, name, number } = read(bodies.Contact);
    return { id: await phone.sendContact(to, name, number) };
  },
  'POST /phones/NUMBER/poll': async (phone, { read }) => {
    const { to, name, options } = read(bodies.Poll);
    return { id: await phone.sendPoll(to, name, options) };
  },
  'POST /phones/NUMBER/media': async (phone, { read }) => {
    const { to, kind, base64, randomBytes: length = 0, ...options } = read(bodies.Media);
    const bytes = base64 === undefined ? randomBytes(length) : Buffer.from(base64, 'base64');
    return { id: await phone.sendMedia(to, kind, { ...options, bytes }) };
  },
  'POST /phones/NUMBER/groups': (phone, { read }) => ({
    id: phone.groups.create(read(bodies.NewGroup)),
  }),
  'POST /phones/NUMBER/groups/change': (phone, { read }) => {
    const { id, action, members } = read(bodies.GroupChange);
    return { statuses: phone.groups.change(id, action, members) };
  },
  'POST /phones/NUMBER/groups/leave': (phone, { read }) =>
    phone.groups.leave(read(bodies.GroupId, 'id').id),
  'POST /phones/NUMBER/history': (phone, { read }) => {
    const { chats, by } = read(bodies.History);
    return phone.state.sendHistory(chats, by);
  },
  'POST /phones/NUMBER/chat': (phone, { read }) => {
    const { to, ...change } = read(bodies.ChatChange);
    return phone.state.changeChat(to, change);
  },
  'POST /phones/NUMBER/presence': (phone, { read }) => phone.state.show(read(bodies.Presence)),
  'POST /phones/NUMBER/typing': (phone, { read }) => {
    const { to, state } = read(bodies.Typing);
    phone.state.showIn(to, state);
  },
  'GET /phones/NUMBER/signs': (phone) => phone.state.signs(),
};
