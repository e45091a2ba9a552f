import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.ts';
import { bootstrap } from '../src/app/bootstrap.ts';
import { rootCaller } from '../src/domain/access/caller.ts';
import { CreateUserBody } from '../src/http/api/users/user-schemas.ts';
import { createLogger } from '../src/lib/logger.ts';
import { systemClock } from '../src/lib/time/clock.ts';

const USAGE = `npm run create-user -- --email E --name N [--role ADMIN|USER] [--account A]
  makes a person who may log in: an operator (ADMIN) unless told otherwise. A USER without --account
  gets an account of a new name. The password is asked for, or is the first line of standard input.`;

const VISIBLE =
  'A password in an argument shows in the list of processes: type it when it is asked for, or pipe it in';

/** Who sits at this machine, in the activity log. */
const HERE = { ipAddress: '127.0.0.1', userAgent: 'create-user' };

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
  const service = await bootstrap(config, secrets, {
    logger: createLogger('silent'),
    now: systemClock,
    draw: randomInt,
    print: () => {},
    role: 'guest',
  });
  try {
    const user = await service.users.create(rootCaller(HERE), { ...draft, password });
    const { id, email, role, accountId } = user;
    console.log(`Made ${email}: id ${id}, role ${role}, account ${accountId}`);
  } finally {
    await service.close();
  }
}

type Values = Readonly<Partial<Record<'email' | 'name' | 'role' | 'account', string>>>;

/** @throws with every argument that is missing or not as it should be. */
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
  if ((await ask('Once more: ')) === password) return password;
  throw new Error('These were two different passwords; nobody was made');
}

/** Asks on the terminal, and does not show what is typed. */
function ask(question: string): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: hidden, terminal: true });
  // Asked only now: what is typed before the terminal is told not to show it, it shows.
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    reader.on('SIGINT', () => reader.close());
    reader.on('close', () => {
      process.stderr.write('\n');
      reject(new Error('Nobody was made'));
    });
    reader.question('', (answer) => {
      resolve(answer);
      reader.close();
    });
  });
}

async function readFirstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new Error('No password came on standard input');
}

main().then(
  () => process.exit(0), // Whoever wrote the password may hold standard input open.
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
