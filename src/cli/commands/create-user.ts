import { readConfig } from '../../../config/read-config.ts';
import { rootCaller } from '../../domain/access/caller.ts';
import { CreateUserBody } from '../../http/api/users/user-schemas.ts';
import { createUser } from '../../services/access/users/manage-users.ts';
import { defineCommand, print } from '../command.ts';
import { askTwice, readFirstLine } from '../read-password.ts';
import { withService } from '../with-service.ts';

const USAGE = `waverify create-user --email E --name N [--role ADMIN|USER] [--account A]
  creates a user: an operator (ADMIN) by default. A USER without --account gets a new account with a
  random name. The password is prompted for, or read from the first line of standard input.`;

const VISIBLE =
  'A password in an argument is visible in the process list: type it at the prompt, or pipe it in';

/** The origin of this command in the activity log. */
const LOCAL = { ipAddress: '127.0.0.1', userAgent: 'create-user' };

const Draft = CreateUserBody.omit({ password: true, mustChangePassword: true });

export const command = defineCommand({
  usage: USAGE,
  options: {
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string', default: 'ADMIN' },
    account: { type: 'string' },
    password: { type: 'string' },
  },
  async run({ password: visible, ...values }, { environment }) {
    if (visible !== undefined) throw new Error(VISIBLE);
    const draft = readDraft(values);
    const settings = readConfig(environment);
    const password = await (process.stdin.isTTY ? askTwice() : readFirstLine());
    const user = await withService(settings, 'guest', ({ users }) =>
      createUser(users, rootCaller(LOCAL), { ...draft, password, mustChangePassword: false }),
    );
    const { id, email, role, accountId } = user;
    print(`Created user ${email}: id ${id}, role ${role}, account ${accountId}`);
    return 0;
  },
});

type Values = Readonly<Partial<Record<'email' | 'name' | 'role' | 'account', string | undefined>>>;

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
