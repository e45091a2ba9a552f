import type { Group } from './groups/group.ts';
import type { FakePhone } from './messages/phone.ts';
import type { WhatsAppServer } from './server.ts';
import type { World } from './world.ts';

export type LabState = ReturnType<typeof describeState>;

type Parts = {
  readonly url: string;
  readonly phones: readonly FakePhone[];
  readonly world: World;
  readonly server: WhatsAppServer;
};

/** Everything that a suite or a person may want to look at. */
export function describeState({ url, phones, world, server }: Parts) {
  const { user, system } = process.cpuUsage();
  return {
    url,
    connections: server.connections.length,
    unhandled: world.unhandled,
    cpuMs: (user + system) / 1000,
    groups: [...world.groups.values()].map(describeGroup),
    phones: phones.map((phone) => describePhone(phone, server)),
  };
}

function describePhone(phone: FakePhone, server: WhatsAppServer) {
  const { pn, lid, number, name, dialled, inbox, duplicates, companions } = phone;
  const devices = [...companions.values()].map((companion) => {
    const connection = server.connections.find((open) => open.companion === companion);
    return {
      device: companion.device,
      jid: companion.jid,
      isOnline: connection !== undefined,
      presence: connection?.presence,
      routingInfo: connection?.routingInfo?.toString('hex'),
      preKeys: companion.preKeys.size,
      waiting: companion.queue.length,
    };
  });
  return { pn, lid, number, name, dialled, inbox: inbox.length, duplicates, devices };
}

function describeGroup({ jid, subject, addressing, members, isAnnouncement, isLocked }: Group) {
  const roles = [...members].map(([{ pn }, role]) => ({ pn, role }));
  return { id: jid, subject, addressing, members: roles, isAnnouncement, isLocked };
}
