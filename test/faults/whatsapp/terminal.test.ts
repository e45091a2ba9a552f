import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { offerLinking } from '../../../src/cli/pairing-prompt.ts';
import { explainSessionReason } from '../../../src/domain/whatsapp/session-reason.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { API_KEY } from '../../support/http/client.ts';
import { SECRET_KEY } from '../../support/http/harness.ts';
import {
  findObstacle,
  readDrawing,
  startOnTerminal,
  type Terminal,
} from '../../support/process/terminal.ts';
import { startWhatsAppProcess } from '../../support/process/whatsapp-process.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createWhatsAppHarness } from '../../support/whatsapp/linked-harness.ts';
import { modulesOf, readBlocks } from '../../support/whatsapp/qr-modules.ts';
import { type Lab, startLab } from '../../support/whatsapp-lab/lab.ts';

/** With its line's end: a terminal shows a line in parts. */
const QR_TEXT = /^(https:\S+)\r?\n/m;

let testDatabase: TestDatabase;
let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.close());
beforeEach(async () => {
  testDatabase = await createTestDatabase('sqlite');
  return () => testDatabase.drop();
});

/** Ctrl+C: whoever sits there does not wait for timers of a library, nor for a key to be pressed. */
async function expectQuickEnd(terminal: Terminal): Promise<void> {
  const startedAt = performance.now();
  expect(await terminal.interrupt()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(5000);
}

describe('the program on a terminal', () => {
  const obstacle = findObstacle();
  beforeEach(({ skip }) => skip(obstacle !== undefined, obstacle));

  async function start(): Promise<Terminal> {
    const terminal = await startOnTerminal({
      NODE_ENV: 'test',
      DATABASE_URL: testDatabase.url,
      SECRET_KEY,
      API_KEY,
      OTP_CHANNELS: 'whatsapp',
      WHATSAPP_SOCKET_URL: lab.url,
    });
    onTestFinished(terminal.close);
    return terminal;
  }

  it('draws a QR that links a phone, and none when it is started again', async () => {
    const phone = lab.addPhone();
    const first = await start();
    const text = await first.until(QR_TEXT);
    expect(readBlocks(readDrawing(first.shown()))).toEqual(modulesOf(text));
    const validForSeconds = Number(await first.until(/Scan it: .+ Valid for (\d+) s\./));
    expect(validForSeconds).toBeLessThanOrEqual(60);
    await phone.scanQr(text);
    expect(await first.until(/Session default: open (\S+)\s/)).toBe(phone.number);
    await expectQuickEnd(first);

    const second = await start();
    await second.until(/"state":("open")/);
    await second.until(/(ready) \{/);
    expect(second.shown()).not.toMatch(/Scan it|Session default:/);
    expect(readDrawing(second.shown())).toEqual([]);
    await expectQuickEnd(second);
    expect(phone.devices).toEqual([1]);
  });

  it('ends at once when it is interrupted while it shows a QR', async () => {
    const terminal = await start();
    await terminal.until(QR_TEXT);
    await expectQuickEnd(terminal);
    expect(terminal.shown()).not.toMatch(/\b(ERROR|FATAL)\b/);
  });
});

describe('the program whose output goes to a file', () => {
  it('writes no QR, nor its text, which whoever reads it could link himself by', async () => {
    const node = await startWhatsAppProcess(lab, testDatabase);
    onTestFinished(async () => void (await node.stop('SIGKILL')));
    await node.client.post('/api/sessions', { sessionId: 'default' });
    const { body } = await node.client.get('/api/sessions/default/qr');
    const text = String(body.data?.['qr']);
    expect(text).toContain('https://');
    await node.stop();
    expect(node.output()).not.toContain(text.slice(-40));
    expect(node.output()).not.toMatch(/[▀▄█]|Scan it/);
  });
});

describe('a QR that nobody scans', () => {
  it('is drawn anew until its time is over, and again when Enter is pressed', async () => {
    const h = await createWhatsAppHarness({
      lab,
      database: testDatabase,
      whatsappTiming: { firstQrMs: 900, nextQrMs: 900 },
    });
    const shown: string[] = [];
    const texts = () => shown.flatMap((line) => QR_TEXT.exec(line)?.[1] ?? []);
    let press: (() => void) | undefined;
    await offerLinking({
      sessions: h.sessions,
      sessionId: 'default',
      print: (line) => void shown.push(line),
      onEnter(listener) {
        press = listener;
        return () => {
          press = undefined;
        };
      },
    });
    const says = (words: string) =>
      waitFor(() => shown.find((line) => line.includes(words)), `the terminal to say "${words}"`);
    const over = await says('Press Enter');
    const why = explainSessionReason({ reason: 'qr_expired', errorMessage: undefined });
    expect(over).toBe(`No number is linked (${why}). Press Enter for a new QR code.`);
    expect(new Set(texts()).size).toBe(6);
    expect(shown.at(-1)).toBe(over);

    press?.();
    const fresh = await waitFor(() => texts()[6], 'a new QR');
    const phone = lab.addPhone();
    await phone.scanQr(fresh);
    expect(await says('Session default')).toBe(`Session default: open ${phone.number}`);
    // Enter is the shell's again.
    expect(press).toBeUndefined();
    await h.close();
  });
});
