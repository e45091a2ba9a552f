import { LONGEST_CHANNEL_NAME } from '../../../domain/delivery/channel-name.ts';
import { serial, string, text, time, uniqueTogether } from '../../columns.ts';
import { table } from '../../table.ts';

const TARGET = 'message_templates_target';

/** The text of an account's messages on one channel (or `*`), in one language (or `*`). */
export class MessageTemplate extends table('message_templates', {
  id: serial,
  accountId: uniqueTogether(string(36), TARGET),
  channel: uniqueTogether(string(LONGEST_CHANNEL_NAME), TARGET),
  locale: uniqueTogether(string(35), TARGET),
  text,
  createdAt: time,
  updatedAt: time,
}) {}
