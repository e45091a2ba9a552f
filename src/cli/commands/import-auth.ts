import { readConfig } from '../../../config/read-config.ts';
import { DEFAULT_ACCOUNT_ID, rootCaller } from '../../domain/access/caller.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { SessionId } from '../../http/api/schemas/identifiers.ts';
import { defineCommand, print } from '../command.ts';
import { withService } from '../with-service.ts';

const USAGE = `waverify import-auth --from PATH [--session NAME] [--account A] [--second-device]
  takes over a WhatsApp device that another program has linked with Baileys. PATH is its folder of
  useMultiFileAuthState, or a JSON file {"creds": {...}, "keys": {...}}; it is only read. The session is named
  default, in the account default. Stop the other program first, and never start it with these credentials again.`;

const AFTERWARDS = `The other program must stay stopped: WhatsApp disconnects one of two programs that use the same device, and
messages would no longer be decrypted. Delete its copy of the credentials. A running node connects the session within
seconds; otherwise, start Waverify.`;

/** The origin of this command in the activity log. */
const LOCAL = { ipAddress: '127.0.0.1', userAgent: 'import-auth' };

export const command = defineCommand({
  usage: USAGE,
  options: {
    from: { type: 'string' },
    session: { type: 'string', default: 'default' },
    account: { type: 'string', default: DEFAULT_ACCOUNT_ID },
    'second-device': { type: 'boolean', default: false },
  },
  async run(
    { from, session, account: accountId, 'second-device': isSecondDevice },
    { environment },
  ) {
    if (from === undefined) throw new Error(`--from: is missing\n${USAGE}`);
    const name = SessionId.safeParse(session);
    if (!name.success) throw new Error(`--session: ${name.error.issues[0]?.message}`);
    const settings = readConfig(environment);
    const { phoneNumber, keys } = await withService(settings, 'guest', async (service) => {
      const { importSession } = await import('../../channels/whatsapp/import-session.ts');
      if (!(await service.database.models.Account.findByPk(accountId))) {
        throw new Error(`--account: there is no account ${accountId}`);
      }
      const sessionId = toSessionId(accountId, name.data);
      const what = { accountId, sessionId, from, isSecondDevice };
      const imported = await importSession(service.sessionImport, what);
      const caller = { ...rootCaller(LOCAL), accountId };
      const event = { action: 'session_create', status: 'success', sessionId } as const;
      await service.activity.audit(caller, { ...event, details: 'imported' });
      return imported;
    });
    print(`Imported ${phoneNumber} into the session ${name.data}: ${keys} keys\n${AFTERWARDS}`);
    return 0;
  },
});
