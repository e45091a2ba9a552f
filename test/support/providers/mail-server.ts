import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** `END` is the end of the content. */
type Step = 'CONNECT' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'END' | 'QUIT';

/** What the server answers, instead of the usual. */
type Answers = Partial<Record<Step, string | 'hang' | 'hang up'>>;

export type Mail = {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text as they were sent. */
  readonly content: string;
};

const CREDENTIALS = { user: 'otp', password: 'p@ss' };

const USUAL: Readonly<Partial<Record<Step, string>>> = {
  CONNECT: '220 mail.example ESMTP',
  EHLO: '250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN',
  AUTH: '235 2.7.0 Authentication successful',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 End data with <CR><LF>.<CR><LF>',
  END: '250 2.0.0 Ok: queued',
  QUIT: '221 2.0.0 Bye',
};

const UNKNOWN = '502 5.5.1 Unknown command';
const WRONG_LOGIN = '535 5.7.8 Authentication failed';

/** A mail server on the loopback (RFC 5321), with plain login. */
export async function startMailServer(host = '127.0.0.1') {
  const mails: Mail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let answers: Answers = {};
  let decide: ((mail: Mail) => Promise<string | undefined>) | undefined;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    serve(socket).catch(() => socket.destroy());
  });

  function dropConnections(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function serve(socket: Socket): Promise<void> {
    const answer = (step: Step, text = answers[step] ?? USUAL[step] ?? UNKNOWN) => {
      if (text === 'hang up') socket.destroy();
      else if (text !== 'hang') socket.write(`${text}\r\n`);
      return text;
    };
    const dialogue: Dialogue = { from: '', to: [], content: undefined };

    function takeCommand(line: string): void {
      commands.push(line);
      const step = line.slice(0, 4).trim().toUpperCase() as Step;
      const isWrongLogin = step === 'AUTH' && !isKnown(line);
      const text = isWrongLogin ? answer(step, WRONG_LOGIN) : answer(step);
      if (/^[23]/.test(text)) applyCommand(dialogue, step, line);
    }

    function takeContent(lines: string[], line: string): void {
      if (line !== '.') return void lines.push(line.replace(/^\./, ''));
      const { from, to } = dialogue;
      const mail = { from, to, content: lines.join('\n') };
      mails.push(mail);
      dialogue.content = undefined;
      commands.push('END');
      if (decide) void decide(mail).then((text) => answer('END', text));
      else answer('END');
    }

    answer('CONNECT');
    for await (const line of createInterface({ input: socket })) {
      if (dialogue.content) takeContent(dialogue.content, line);
      else takeCommand(line);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const { user, password } = CREDENTIALS;
  return {
    url: `smtp://${user}:${encodeURIComponent(password)}@${host}:${port}`,
    port,
    mails,
    commands,
    /** Without an argument, it answers as usual again. */
    answerWith(changed: Answers = {}): void {
      answers = changed;
    },
    /** Answers each mail as the function says; usually if it says nothing. */
    decideBy(decision: (mail: Mail) => Promise<string | undefined>): void {
      decide = decision;
    },
    dropConnections,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        dropConnections();
      }),
  };
}

/** What has been agreed so far; `content` while it is being sent. */
type Dialogue = { from: string; to: string[]; content: string[] | undefined };

function applyCommand(dialogue: Dialogue, step: Step, line: string): void {
  if (step === 'MAIL') Object.assign(dialogue, { from: readAddress(line), to: [] });
  if (step === 'RCPT') dialogue.to.push(readAddress(line));
  if (step === 'DATA') dialogue.content = [];
}

function isKnown(line: string): boolean {
  const { user, password } = CREDENTIALS;
  const expected = Buffer.from(`\0${user}\0${password}`).toString('base64');
  return line === `AUTH PLAIN ${expected}`;
}

function readAddress(line: string): string {
  return /<(.*?)>/.exec(line)?.[1] ?? '';
}
