import { afterAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness } from '../../../support/http/harness.ts';
import { createSessionCalls, NOBODY_LISTENS } from '../../../support/http/session-calls.ts';
import { modulesOf, readBlocks, readPng, readSvg } from '../../../support/whatsapp/qr-modules.ts';
import { startSessionLab } from '../../../support/whatsapp/session-lab.ts';

/** SGR: black on bright white, and back. */
const INK = '\u001b[30;107m';
const RESET = '\u001b[0m';

const { lab, h, sessions, close } = await startSessionLab();
afterAll(close);

describe('the QR of a session', () => {
  it('shows one text in all four formats, and each scans', async () => {
    await sessions.create('formats');
    const json = await sessions.qr('formats');
    const text = String(json.body.data?.['qr']);
    const modules = modulesOf(text);
    expect(text.split(',').length).toBeGreaterThanOrEqual(4);
    expect(json.body.data).toMatchObject({ expiresAt: expect.any(String) });
    expect(json.body.data?.['expiresIn']).toBeGreaterThan(30);

    const [, base64 = ''] = String(json.body.data?.['dataUrl']).split('data:image/png;base64,');
    expect(readPng(Buffer.from(base64, 'base64'))).toEqual(modules);

    const png = await fetchBytes('formats', 'png');
    expect(png.type).toBe('image/png');
    expect(readPng(png.bytes)).toEqual(modules);

    const svg = await sessions.qr('formats', '?format=svg');
    expect(svg.headers['content-type']).toBe('image/svg+xml');
    expect(readSvg(svg.raw)).toEqual(modules);

    const txt = await sessions.qr('formats', '?format=txt');
    expect(txt.headers['content-type']).toBe('text/plain; charset=UTF-8');
    const lines = txt.raw.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(text);
    const picture = lines.slice(0, -2);
    // Black on white whatever the terminal's colours are, and back to them on every line.
    const bare = picture.map((line) => line.slice(INK.length, -RESET.length));
    expect(picture).toEqual(bare.map((line) => `${INK}${line}${RESET}`));
    expect(readBlocks(bare)).toEqual(modules);
    expect(bare.every((line) => line.startsWith('  ') && line.endsWith('  '))).toBe(true);
    await sessions.remove('formats');
  });

  async function fetchBytes(id: string, format: string) {
    const answer = await fetch(`${h.url}/api/sessions/${id}/qr?format=${format}`, {
      headers: { 'x-api-key': API_KEY },
    });
    const type = answer.headers.get('content-type');
    return { type, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  it('begins to link a session that was let be, for all who ask at once', async () => {
    await sessions.create('quiet');
    await sessions.restart('quiet');
    expect((await sessions.status('quiet')).body.data).toMatchObject({ state: 'unlinked' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => sessions.qr('quiet')));
    const texts = new Set(answers.map(({ body }) => body.data?.['qr']));
    expect(texts.size).toBe(1);
    expect([...texts][0]).toEqual(expect.any(String));
    await sessions.remove('quiet');
  });

  it('is refused for a session that is linked, and so is a pairing code', async () => {
    const phone = lab.addPhone();
    await sessions.link('done', phone);
    for (const answer of [await sessions.qr('done'), await sessions.pair('done', phone.number)]) {
      expect([answer.status, answer.body.code]).toEqual([409, 'session_exists']);
      expect(answer.body.message).toContain('already linked');
    }
    lab.end('conflict', phone.pn);
    await sessions.untilState('done', 'replaced');
    expect((await sessions.qr('done')).body.code).toBe('session_exists');
    await sessions.remove('done');
  });

  it('is not there while WhatsApp is not, and the answer says why and when to ask again', async () => {
    const cut = await createHarness({ env: NOBODY_LISTENS });
    const calls = createSessionCalls(cut);
    await calls.create('early');
    const refused = await calls.qr('early');
    expect([refused.status, refused.body.code]).toEqual([503, 'provider_unavailable']);
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.body.message).toMatch(/^No QR code is available: .+/);
    await cut.close();
  });
});
