import { DataTypes, type ModelAttributes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex, dropIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const optionalTime = { type: DataTypes.DATE(3), allowNull: true };
const flag = { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const optionalText = (length: number) => ({ type: DataTypes.STRING(length), allowNull: true });
const key = (length: number) => ({ ...text(length), primaryKey: true });
const sealed = { type: DataTypes.TEXT, allowNull: true };

const groups = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  accountId: text(36),
  sessionId: text(128),
  groupId: text(64),
  sealedSubject: sealed,
  sealedDescription: sealed,
  ownerKey: optionalText(64),
  isAnnouncement: flag,
  isLocked: flag,
  memberCount: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  // NULL if the session is no longer a member.
  myRole: optionalText(8),
  foundedAt: optionalTime,
  fetchedAt: time,
  createdAt: time,
  updatedAt: time,
};

/** A member is named by a number, or by `lid:` and a LID. */
const members = {
  sessionId: key(128),
  groupId: key(64),
  memberKey: key(64),
  lid: optionalText(20),
  role: text(8),
  createdAt: time,
};

const uniqueKeys = { wa_groups_key: { fields: ['sessionId', 'groupId'] } };

const indexes = [
  ['wa_groups', { name: 'wa_groups_pruning', columns: ['updatedAt'] }],
  ['group_members', { name: 'group_members_member', columns: ['sessionId', 'memberKey'] }],
] as const;

/** A person is looked for when the number of a LID becomes known, and when the person is erased. */
const RECEIPTS = {
  name: 'message_receipts_participant',
  columns: ['sessionId', 'participantKey'],
} as const;

/** The groups of sessions that store their conversations. */
export const createGroups: Migration = {
  name: '20261130-0047-create-groups',

  async up({ context: schema }) {
    await schema.createTable('wa_groups', copyColumns(groups), { ...tableOptions, uniqueKeys });
    await schema.createTable('group_members', copyColumns(members), tableOptions);
    for (const [table, index] of indexes) await addIndex(schema, table, index);
    await addIndex(schema, 'message_receipts', RECEIPTS);
  },

  async down({ context: schema }) {
    await dropIndex(schema, 'message_receipts', RECEIPTS.name);
    await schema.dropTable('group_members');
    await schema.dropTable('wa_groups');
  },
};

/** Copies columns, because Sequelize sets the type of its dialect in its argument. */
function copyColumns(columns: ModelAttributes): ModelAttributes {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, { ...(column as object) }]),
  ) as ModelAttributes;
}
