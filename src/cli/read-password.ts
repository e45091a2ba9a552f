import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Prompts for a new password twice, on the terminal. @throws if the two differ, or after Ctrl+C. */
export async function askTwice(): Promise<string> {
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

/** Reads the first line of standard input. @throws if there is none. */
export async function readFirstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new Error('There is no password on standard input');
}
