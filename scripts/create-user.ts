import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.ts';
import { rootCaller } from '../src/domain/access/caller.ts';
import { CreateUserBody } from '../src/http/api/users/user-schemas.ts';
import { createLogger } from '../src/lib/logger.ts';
import { systemClock } from '../src/lib/time/clock.ts';
import { createUser } from '../src/services/access/users/manage-users.ts';

const USAGE = `npm run create-user -- --email E --name N [--role ADMIN|USER] [--account A]
  creates a user: an operator (ADMIN) by default. A USER without --account gets a new account with a
  random name. The password is prompted for, or read from the first line of standard input.`;

const VISIBLE =
  'A password in an argument is visible in the process list: type it at the prompt, or pipe it in';

/** The origin of this command in the activity log. */
const LOCAL = { ipAddress: '127.0.0.1', userAgent: 'create-user' };

const Draft = CreateUserBody.omit({ password: true });

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string', default: 'ADMIN' },
      account: { type: 'string' },
      password: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (values.password !== undefined) throw new Error(VISIBLE);
  const draft = readDraft(values);
  const { config, secrets } = readConfig(process.env);
  const password = await (process.stdin.isTTY ? askTwice() : readFirstLine());
  // Loaded only now: a wrong argument is reported, and the password asked for, without waiting for it.
  const { bootstrap } = await import('../src/app/bootstrap.ts');
  const service = await bootstrap(config, secrets, {
    logger: createLogger('silent'),
    now: systemClock,
    draw: randomInt,
    print: () => {},
    role: 'guest',
  });
  try {
    const user = await createUser(service.users, rootCaller(LOCAL), { ...draft, password });
    const { id, email, role, accountId } = user;
    console.log(`Created user ${email}: id ${id}, role ${role}, account ${accountId}`);
  } finally {
    await service.close();
  }
}

type Values = Readonly<Partial<Record<'email' | 'name' | 'role' | 'account', string>>>;

/** @throws with every missing or invalid argument. */
function readDraft({ email, name, role, account }: Values) {
  const read = Draft.safeParse({ email, name, role, ...(account && { accountId: account }) });
  if (read.success) {
    const { accountId, description, documentId, ...rest } = read.data;
    return { ...rest, accountId, description, documentId };
  }
  const faults = read.error.issues.map(({ path: [field], code, message }) => {
    const option = field === 'accountId' ? 'account' : String(field);
    return `--${option}: ${code === 'invalid_type' ? 'is missing' : message}`;
  });
  throw new Error([...faults, USAGE].join('\n'));
}

async function askTwice(): Promise<string> {
  const password = await ask('Password, at least 15 characters: ');
  if ((await ask('Repeat the password: ')) === password) return password;
  throw new Error('The passwords do not match; no user was created');
}

/** Prompts on the terminal without showing what is typed. */
function ask(question: string): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: hidden, terminal: true });
  // Only now: the terminal would still show text that is typed before echo is off.
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    reader.on('SIGINT', () => reader.close());
    reader.on('close', () => {
      process.stderr.write('\n');
      reject(new Error('Cancelled; no user was created'));
    });
    reader.question('', (answer) => {
      resolve(answer);
      reader.close();
    });
  });
}

async function readFirstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new Error('There is no password on standard input');
}

main().then(
  () => process.exit(0), // The other side of the pipe may keep standard input open.
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
