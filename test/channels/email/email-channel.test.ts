import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/email-channel.ts';
import { failureOf, itIsAChannel, newMessage } from '../../contracts/channel.ts';
import { startMailServer } from '../../support/providers/mail-server.ts';

type MailServer = Awaited<ReturnType<typeof startMailServer>>;

const FROM = 'PT. Contoh <login@contoh.example>';

const newMail = (changes: Parameters<typeof newMessage>[0] = {}) =>
  newMessage({ recipient: 'reader@example.com', ...changes });

itIsAChannel('the email channel', async () => {
  const server = await startMailServer();
  const channel = createEmailChannel({ name: 'email', url: server.url, from: FROM });
  const faults = {
    sender: () => server.answerWith({ MAIL: '553 5.7.1 No' }),
    recipient: () => server.answerWith({ RCPT: '550 5.1.1 No' }),
    content: () => server.answerWith({ END: '554 5.7.1 8675309123 looks like spam' }),
    later: () => server.answerWith({ END: '451 4.3.0 Later' }),
    silence: () => server.answerWith({ END: 'hang' }),
    broken: () => server.answerWith({ END: 'hang up' }),
  };
  const close = async () => {
    await channel.close();
    await server.close();
  };
  const received = () => server.mails.map(({ content }) => content);
  const changes = { recipient: 'reader@example.com' };
  return { channel, received, changes, faults, close };
});

describe('the email channel', () => {
  let server: MailServer;
  const opened: ReturnType<typeof createEmailChannel>[] = [];
  const open = (url = server.url) => {
    const channel = createEmailChannel({ name: 'email', url, from: FROM });
    opened.push(channel);
    return channel;
  };
  beforeAll(async () => {
    server = await startMailServer();
  });
  afterEach(async () => {
    server.answerWith();
    await Promise.all(opened.splice(0).map((channel) => channel.close()));
  });
  afterAll(() => server.close());

  it('sends a plain text whose subject begins with the code', async () => {
    const answer = await open().send(newMail({ companyName: 'PT. Contoh' }));
    expect(answer).toEqual({ messageId: 'message', status: 'accepted' });
    const { from, to, content } = server.mails.at(-1) ?? {};
    expect([from, to]).toEqual(['login@contoh.example', ['reader@example.com']]);
    const [head = '', text] = (content ?? '').split('\n\n');
    expect(head).toContain('Subject: 8675309123 - PT. Contoh');
    expect(head).toMatch(/^From: "PT\. Contoh" <login@contoh\.example>$/m);
    expect(head).toMatch(/^To: reader@example\.com$/m);
    expect(head).toMatch(/^Message-ID: <message@contoh\.example>$/m);
    expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(head).toMatch(/^Content-Type: text\/plain; charset=utf-8$/m);
    expect(text?.trim()).toBe('8675309123 is your verification code.');
  });

  it('has a subject without words if there is no name', async () => {
    await open().send(newMail({ locale: 'id' }));
    expect(server.mails.at(-1)?.content).toMatch(/^Subject: 8675309123$/m);
  });

  it('reads an address as one, whatever is in it', async () => {
    const recipient = 'reader@example.com,other@example.com';
    await failureOf(open().send(newMail({ recipient }))).catch(() => {});
    expect(server.mails.flatMap(({ to }) => to)).not.toContain('other@example.com');
  });

  it('keeps its connections', async () => {
    const channel = open();
    const before = server.commands.filter((command) => command.startsWith('EHLO')).length;
    for (const _ of [1, 2, 3]) await channel.send(newMail());
    const after = server.commands.filter((command) => command.startsWith('EHLO')).length;
    expect(after - before).toBe(1);
  });

  it('opens a new connection when the server has closed an idle one', async () => {
    const channel = open();
    await channel.send(newMail());
    server.dropConnections();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await channel.send(newMail())).toMatchObject({ status: 'accepted' });
  });

  it.each([
    [{ AUTH: '535 5.7.8 No' }, 'misconfigured', '535 5.7.8 to AUTH PLAIN'],
    [{ AUTH: '454 4.7.0 Later' }, 'unavailable', '454 4.7.0 to AUTH PLAIN'],
    [{ MAIL: '553 5.7.1 No' }, 'misconfigured', '553 5.7.1 to MAIL FROM'],
    [{ MAIL: '421 4.7.0 Later' }, 'unavailable', '421 4.7.0'],
    [{ RCPT: '550 5.1.1 No' }, 'not_on_channel', '550 5.1.1 to RCPT TO'],
    [{ RCPT: '550 No such user' }, 'not_on_channel', '550 to RCPT TO'],
    [{ RCPT: '550 5.7.1 No' }, 'refused', '550 5.7.1 to RCPT TO'],
    [{ RCPT: '552 5.2.2 Full' }, 'refused', '552 5.2.2 to RCPT TO'],
    [{ RCPT: '451 4.7.1 Greylisted' }, 'unavailable', '451 4.7.1 to RCPT TO'],
    [{ END: '554 5.7.1 8675309123 is spam' }, 'refused', '554 5.7.1 to DATA'],
    [{ END: '452 4.3.1 Full' }, 'unavailable', '452 4.3.1 to DATA'],
    [{ CONNECT: '554 No' }, 'misconfigured', '554'],
  ])('reports %o as %s', async (answers, reason, details) => {
    server.answerWith(answers);
    const error = await failureOf(open().send(newMail()));
    expect(error).toMatchObject({ reason, mayHaveArrived: false });
    expect(error.message).toContain(`the mail server returned ${details}`);
    expect(error.cause).toBeUndefined();
  });

  it('is refused with a wrong password', async () => {
    const error = await failureOf(open(server.url.replace('p%40ss', 'wrong')).send(newMail()));
    expect(error).toMatchObject({ reason: 'misconfigured', mayHaveArrived: false });
  });

  it('sends a message once, even if the connection breaks after it', async () => {
    server.answerWith({ END: 'hang up' });
    const before = server.mails.length;
    const error = await failureOf(open().send(newMail()));
    expect(error).toMatchObject({ reason: 'unavailable', mayHaveArrived: true });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.mails).toHaveLength(before + 1);
  });

  it('gives up at the deadline, and sends the next message over a new connection', async () => {
    const channel = open();
    for (const step of ['CONNECT', 'RCPT', 'END']) {
      server.answerWith({ [step]: 'hang' });
      const error = await failureOf(channel.send(newMail({ deadline: AbortSignal.timeout(200) })));
      expect(error).toMatchObject({ reason: 'timeout', mayHaveArrived: true });
      server.answerWith();
      await channel.send(newMail());
    }
  });

  it('knows that a message did not leave where no server listens', async () => {
    const closed = await startMailServer();
    await closed.close();
    const error = await failureOf(open(closed.url).send(newMail()));
    expect(error).toMatchObject({ reason: 'unavailable', mayHaveArrived: false });
  });

  it('does not send a password unencrypted to another machine', async () => {
    const other = await startMailServer('127.0.0.2');
    const error = await failureOf(open(other.url).send(newMail()));
    expect(error).toMatchObject({ reason: 'misconfigured', mayHaveArrived: false });
    await open(`${other.url}?requireTLS=false`).send(newMail());
    expect(other.commands.filter((command) => command.startsWith('AUTH'))).toHaveLength(1);
    await other.close();
  });
});
