import type { Account } from '../account.ts';
import type { World } from '../world.ts';
import type { Group } from './group.ts';
import {
  applySetting,
  changeMembers,
  createGroup,
  type GroupSetting,
  joinByInvite,
  leaveGroup,
  type MemberAction,
  setSubject,
} from './group-changes.ts';

type NewGroup = {
  readonly subject: string;
  /** Numbers or hidden ids; those who refuse groups are left out. */
  readonly members: readonly string[];
  readonly addressing?: 'pn' | 'lid';
};

/** What a person does with groups on the phone. A group is named by its id, `…@g.us`. */
export function createPhoneGroups(world: World, me: Account) {
  /** @throws when there is no such group. */
  function get(id: string): Group {
    const group = world.groups.get(id);
    if (!group) throw new Error(`there is no group ${id}`);
    return group;
  }

  return {
    /** Resolves nothing and asks nobody: the members are in it at once. Gives the group's id. */
    create({ subject, members, ...options }: NewGroup): string {
      const accounts = members.map((member) => world.get(member));
      return createGroup(world, me, { subject, members: accounts, ...options }).jid;
    },
    /** Says of each person whether it worked: 200, 403, 404 or 409. */
    change(id: string, action: MemberAction, members: readonly string[]): number[] {
      const accounts = members.map((member) => world.get(member));
      return changeMembers(get(id), me, { action, accounts }).map(({ status }) => status);
    },
    join: (id: string) => joinByInvite(get(id), me),
    leave: (id: string) => leaveGroup(get(id), me),
    setSubject: (id: string, subject: string) => setSubject(get(id), me, subject),
    set: (id: string, setting: GroupSetting) => applySetting(get(id), me, setting),
    /** The code of the link by which anyone can join. */
    invite: (id: string): string => get(id).invite,
    /** Numbers of the members, in the order in which they joined. */
    members: (id: string): string[] => [...get(id).members.keys()].map(({ pn }) => pn),
  };
}

export type PhoneGroups = ReturnType<typeof createPhoneGroups>;
