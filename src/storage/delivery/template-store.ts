import type { MessageTemplate, StoredTemplate } from '../../domain/delivery/message-template.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { MessageTemplate as TemplateModel } from '../models/delivery/message-template.ts';
import { Op } from '../operators.ts';
import { omitUndefined, type RowOf } from '../table.ts';

/** What a template applies to: a channel or `*`, and a locale or `*`. */
export type TemplateTarget = Pick<MessageTemplate, 'channel' | 'locale'>;

export type TemplateStore = ReturnType<typeof createTemplateStore>;

const textColumns = TemplateModel.pick('channel', 'locale', 'text');

/** Stores the message templates of each account: one for each channel and locale. */
export function createTemplateStore({ models, statements }: Database) {
  /** Reads all templates of an account. */
  async function listAll(accountId: string): Promise<MessageTemplate[]> {
    const rows = await statements.select(
      `SELECT ${textColumns.columns} FROM "message_templates" WHERE "accountId" = $1`,
      [accountId],
    );
    return rows.map(textColumns.decode);
  }

  /** Lists templates, newest first; one more than the page holds if there are more. */
  async function list(
    accountId: string,
    { limit, before }: PageRequest,
  ): Promise<StoredTemplate[]> {
    const id = before === undefined ? undefined : { [Op.lt]: before };
    const rows = await models.MessageTemplate.findRows({
      where: omitUndefined({ accountId, id }),
      order: [['id', 'DESC']],
      limit: limit + 1,
    });
    return rows.map(toTemplate);
  }

  async function find(
    accountId: string,
    { channel, locale }: TemplateTarget,
  ): Promise<StoredTemplate | undefined> {
    const where = { accountId, channel, locale };
    const [row] = await models.MessageTemplate.findRows({ where });
    return row && toTemplate(row);
  }

  /** Creates a template, or replaces its text. */
  async function save(
    accountId: string,
    { channel, locale, text }: MessageTemplate,
    now: Date,
  ): Promise<void> {
    const where = { accountId, channel, locale };
    const values = { text, updatedAt: now };
    const update = () => models.MessageTemplate.update(values, { where });
    const [updated] = await update();
    if (updated === 1) return;
    await models.Account.ensure(accountId, now);
    // Another caller may have created it in between.
    const row = { ...where, ...values, createdAt: now };
    if (!(await models.MessageTemplate.insertRow(row))) await update();
  }

  /** Deletes a template; false if it does not exist. */
  async function remove(accountId: string, { channel, locale }: TemplateTarget): Promise<boolean> {
    const where = { accountId, channel, locale };
    return (await models.MessageTemplate.destroy({ where })) === 1;
  }

  return { listAll, list, find, save, remove };
}

function toTemplate(row: RowOf<typeof TemplateModel>): StoredTemplate {
  const { id, channel, locale, text, createdAt, updatedAt } = row;
  return { id, channel, locale, text, createdAt, updatedAt };
}
