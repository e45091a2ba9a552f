import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.ts';
import { DEFAULT_ACCOUNT_ID, rootCaller } from '../src/domain/access/caller.ts';
import { toSessionId } from '../src/domain/whatsapp/session-id.ts';
import { SessionId } from '../src/http/api/schemas/identifiers.ts';
import { createLogger } from '../src/lib/logger.ts';
import { systemClock } from '../src/lib/time/clock.ts';

const USAGE = `npm run import-auth -- --from PATH [--session NAME] [--account A] [--second-device]
  takes over a WhatsApp device that another program has linked with Baileys. PATH is its folder of
  useMultiFileAuthState, or a JSON file {"creds": {...}, "keys": {...}}; it is only read. The session is named
  default, in the account default. Stop the other program first, and never start it with these credentials again.`;

const AFTERWARDS = `The other program must stay stopped: WhatsApp disconnects one of two programs that use the same device, and
messages would no longer be decrypted. Delete its copy of the credentials. A running node connects the session within
seconds; otherwise, start Waverify.`;

/** The origin of this command in the activity log. */
const LOCAL = { ipAddress: '127.0.0.1', userAgent: 'import-auth' };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      session: { type: 'string', default: 'default' },
      account: { type: 'string', default: DEFAULT_ACCOUNT_ID },
      'second-device': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const { from, account: accountId, 'second-device': isSecondDevice } = values;
  if (from === undefined) throw new Error(`--from: is missing\n${USAGE}`);
  const name = SessionId.safeParse(values.session);
  if (!name.success) throw new Error(`--session: ${name.error.issues[0]?.message}`);
  const { config, secrets } = readConfig(process.env);
  const { bootstrap } = await import('../src/app/bootstrap.ts');
  const { importSession } = await import('../src/channels/whatsapp/import-session.ts');
  const service = await bootstrap(config, secrets, {
    logger: createLogger('silent'),
    now: systemClock,
    draw: randomInt,
    print: () => {},
    role: 'guest',
  });
  try {
    if (!(await service.database.models.Account.findByPk(accountId))) {
      throw new Error(`--account: there is no account ${accountId}`);
    }
    const sessionId = toSessionId(accountId, name.data);
    const what = { accountId, sessionId, from, isSecondDevice };
    const { phoneNumber, keys } = await importSession(service.sessionImport, what);
    const caller = { ...rootCaller(LOCAL), accountId };
    const imported = { action: 'session_create', status: 'success', sessionId } as const;
    await service.activity.audit(caller, { ...imported, details: 'imported' });
    console.log(
      `Imported ${phoneNumber} into the session ${name.data}: ${keys} keys\n${AFTERWARDS}`,
    );
  } finally {
    await service.close();
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
