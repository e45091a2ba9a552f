import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';
import { type Codes, createTextChanges } from './change-texts.ts';

/** Why an attempt failed, or why there was nothing to expire. */
const attemptCodes: Codes = {
  'wrong passcode': 'wrong_code',
  'no live passcode': 'no_live_code',
  'not compared': 'not_compared',
  locked: 'locked',
};

/** Why an attempt with a test key failed. */
const markedCodes: Codes = Object.fromEntries(
  Object.entries(attemptCodes).map(([sentence, code]) => [`test: ${sentence}`, code]),
);

/** Why a session is in its state; any other text is the message of a failed connection. */
const reasons = {
  whole: {
    'the device was unlinked: link it again': 'device_unlinked',
    'another program took this session over: stop it, then restart the session':
      'replaced_by_other_client',
    'WhatsApp has banned this number for a while': 'banned_temporarily',
    'WhatsApp has banned this number': 'banned',
    'WhatsApp refuses this client version: raise WHATSAPP_VERSION or update Waverify':
      'client_outdated',
    'the account does not take linked devices': 'linked_devices_not_allowed',
    'no node keeps it at this moment': 'not_kept',
  },
  starts: {
    'Cannot reach ': 'unreachable',
    'credentials_unreadable: ': 'credentials_unreadable',
    error_: 'unexpected_status',
  },
  otherwise: 'connection_failed',
} as const;

/** Reasons that were codes already, and those that this migration writes. */
const newReasons = [
  ...['linking', 'qr_expired', 'code_expired', 'restart', 'stopped', 'logged_out', 'lease_lost'],
  ...['not_kept', 'restart_required', 'connection_closed', 'connection_lost', 'no_answer'],
  ...['service_unavailable', 'bad_session', 'database_unavailable', 'credentials_unreadable'],
  ...['connection_failed', 'unreachable', 'unexpected_status', 'unknown'],
  ...Object.values(reasons.whole),
];

const blockCodes: Codes = {
  'WhatsApp restricts this number to people who know it': 'time_locked',
  'WhatsApp refused a new contact (463)': 'contact_refused',
};

const EVERYWHERE = ': in every account';
const EVERY_ACCOUNT = '{"scope":"every_account"}';

/** A new column for actions with a test key, which were appended to the details before. */
const isTest = { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false };

/**
 * Columns that programs compare now hold codes instead of sentences. Each UPDATE ignores rows that an
 * earlier one has changed, so an interrupted start continues where it stopped.
 */
export const replaceSentencesByCodes: Migration = {
  name: '20261128-0029-replace-sentences-by-codes',

  async up({ context: schema }) {
    await addColumns(schema, 'activity_logs', { isTest });
    const sql = createTextChanges(schema);
    const { among, map, text } = sql;
    const [details, action] = [sql.quote('details'), sql.quote('action')];
    const [testMark, error] = [sql.quote('isTest'), sql.quote('errorMessage')];
    const codes = { ...attemptCodes, ...markedCodes };
    const isMarked = among(details, ['test', ...Object.keys(markedCodes)]);
    const isOld = (column: string) => `NOT (${among(column, newReasons)})`;
    // MySQL assigns from left to right, so a column is read before it changes.
    await sql.changeActivities([
      {
        sets: [
          `${testMark} = CASE WHEN ${isMarked} THEN ${sql.yes} ELSE ${testMark} END`,
          `${details} = CASE WHEN ${details} = 'test' THEN NULL ELSE ${map(details, codes)} END`,
        ],
        where: `${among(action, ['otp_verify', 'otp_expire'])}
          AND ${among(details, ['test', ...Object.keys(codes)])}`,
      },
      {
        // The details of a sent code are its channel, which may have the same name.
        sets: [`${testMark} = ${sql.yes}`, `${details} = NULL`],
        where: `${action} = 'otp_send' AND ${sql.quote('status')} = 'error' AND ${details} = 'test'`,
      },
      {
        sets: [
          `${sql.quote('requestData')} = ${text(EVERY_ACCOUNT)}`,
          `${details} = REPLACE(${details}, ${text(EVERYWHERE)}, '')`,
        ],
        where: `${action} = 'otp_unlock' AND ${details} LIKE ${text(`%${EVERYWHERE}`)}`,
      },
      {
        sets: [
          `${error} = ${sql.restOf(details, reasons)}`,
          `${details} = ${sql.codeOf(details, reasons)}`,
        ],
        where: `${action} = 'connection_close' AND ${isOld(details)}`,
      },
    ]);
    const [reason, block] = [sql.quote('stateReason'), sql.quote('contactsBlockedBy')];
    await sql.change('sessions', {
      sets: [
        `${error} = ${sql.restOf(reason, reasons)}`,
        `${reason} = ${sql.codeOf(reason, reasons)}`,
      ],
      where: isOld(reason),
    });
    // Before, a session's error repeated its reason.
    await sql.change('sessions', { sets: [`${error} = NULL`], where: `${error} = ${reason}` });
    await sql.change('sessions', {
      sets: [`${block} = ${map(block, blockCodes)}`],
      where: among(block, Object.keys(blockCodes)),
    });
  },

  /** Restores the sentences that the previous version compares; texts that belong to a code are kept. */
  async down({ context: schema }) {
    const sql = createTextChanges(schema);
    const { among, map } = sql;
    const [details, action] = [sql.quote('details'), sql.quote('action')];
    const isAttempt = among(action, ['otp_verify', 'otp_expire']);
    const sentences = invert(attemptCodes);
    const reasonSentences = invert(reasons.whole);
    const restore = (column: string, texts: Codes) => ({
      sets: [`${column} = ${map(column, texts)}`],
      where: among(column, Object.keys(texts)),
    });
    const ofReason = restore(details, reasonSentences);
    await sql.changeActivities([
      { ...ofReason, where: `${action} = 'connection_close' AND ${ofReason.where}` },
    ]);
    await sql.change('sessions', restore(sql.quote('stateReason'), reasonSentences));
    await sql.change('sessions', restore(sql.quote('contactsBlockedBy'), invert(blockCodes)));
    if (!('isTest' in (await schema.describeTable('activity_logs')))) return;
    const isMarked = `${sql.quote('isTest')} = ${sql.yes}`;
    const marked = map(details, invert(markedCodes));
    const ofAttempt = restore(details, sentences);
    await sql.changeActivities([
      {
        sets: [`${details} = CASE WHEN ${details} IS NULL THEN 'test' ELSE ${marked} END`],
        where: `${isMarked} AND ${isAttempt}`,
      },
      {
        sets: [`${details} = 'test'`],
        where: `${isMarked} AND ${action} = 'otp_send' AND ${details} IS NULL`,
      },
      { ...ofAttempt, where: `${isAttempt} AND ${ofAttempt.where}` },
    ]);
    await dropColumns(schema, 'activity_logs', ['isTest']);
  },
};

function invert(codes: Codes): Codes {
  return Object.fromEntries(Object.entries(codes).map(([sentence, code]) => [code, sentence]));
}
