import { BufferJSON, initAuthCreds } from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../support/whatsapp-lab/lab.ts';
import { createLabClient, type LabClient, linkClient, silenceLibsignal } from './lab-client.ts';

let lab: Lab;
let owner: Phone;
let client: LabClient;

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab();
  ({ owner, client } = await linkClient(lab, { keepAliveIntervalMs: 300 }));
  await client.close();
});
afterEach(async () => {
  lab.faults = {};
  await client.close();
  await expect.poll(() => lab.connectionsOf(owner.pn)).toBe(0);
  expect(lab.unhandled).toEqual([]);
});
afterAll(() => lab.close());

describe('a connection that is open', () => {
  it.each([
    ['a restart', 515, () => lab.end('stream-error', owner.pn, 515)],
    ['an outage', 503, () => lab.end('stream-error', owner.pn, 503)],
    ['another login', 440, () => lab.end('conflict', owner.pn)],
    ['a cut', 428, () => lab.end('drop', owner.pn)],
    ['a cut of everybody', 428, () => lab.end('drop')],
    ['a ban', 403, () => lab.end('failure', owner.pn, 403)],
  ])('ends with %s: %i', async (_, code, end) => {
    await client.open();
    const logins = lab.logins(owner.pn);
    expect(end()).toBe(1);
    expect(lab.connectionsOf(owner.pn)).toBe(0);
    expect((await client.wait('close')).code).toBe(code);
    await client.open();
    expect(lab.logins(owner.pn)).toBe(logins + 1);
  });

  it('leaves the connections of other accounts alone', async () => {
    const other = await linkClient(lab);
    await client.open();
    expect(lab.end('drop', owner.number)).toBe(1);
    await client.wait('close');
    expect(lab.connectionsOf(other.owner.pn)).toBe(1);
    await other.client.close();
  });

  it('is thrown out when the same credentials log in elsewhere', async () => {
    await client.open();
    const rival = createLabClient(lab.url);
    rival.restore(client.save());
    await rival.open();
    expect((await client.wait('close')).code).toBe(440);
    expect(lab.connectionsOf(owner.pn)).toBe(1);
    await rival.close();
  });

  it('is given up by the client when the server falls silent', async () => {
    await client.open();
    lab.faults = { silent: true };
    expect((await client.wait('close', undefined, 9000)).code).toBe(408);
  });
});

describe('a login', () => {
  it.each([401, 403])('is refused with %i', async (code) => {
    const logins = lab.logins(owner.pn);
    lab.faults = { loginFailure: code };
    client.connect();
    expect((await client.wait('close')).code).toBe(code);
    expect(lab.logins(owner.pn)).toBe(logins);
  });

  it('is refused with 405 when the client is too old, and only then', async () => {
    lab.faults = { minVersion: [2, 3000, 2 ** 31] };
    client.connect();
    expect((await client.wait('close')).code).toBe(405);
    lab.faults = { minVersion: [2, 2999, 2 ** 31] };
    await client.open();
  });

  it('is refused with 405 for a client that wants to be linked, too', async () => {
    lab.faults = { minVersion: [3, 0, 0] };
    const newcomer = createLabClient(lab.url);
    newcomer.connect();
    expect((await newcomer.wait('close')).code).toBe(405);
  });

  it('is refused with 401 when the key of the connection is not the one that was linked', async () => {
    const saved = JSON.parse(client.save(), BufferJSON.reviver);
    saved.creds.noiseKey = initAuthCreds().noiseKey;
    const stranger = createLabClient(lab.url);
    stranger.restore(JSON.stringify(saved, BufferJSON.replacer));
    stranger.connect();
    expect((await stranger.wait('close')).code).toBe(401);
  });

  it('is refused with 401 after the owner has unlinked the device', async () => {
    const other = await linkClient(lab);
    other.owner.unlink();
    expect((await other.client.wait('close')).code).toBe(401);
    other.client.connect();
    expect((await other.client.wait('close')).code).toBe(401);
    expect(() => other.owner.unlink()).toThrow(/no linked device/);
  });
});

// Baileys says nothing when the upgrade is refused, and waits 20 seconds when it is not answered.
describe.each([
  ['refused', { refuseUpgrade: 503 }],
  ['not answered', { ignoreUpgrade: true }],
])('an upgrade that is %s', (_, faults) => {
  it('brings the client no connection, until the fault is gone', async () => {
    lab.faults = faults;
    client.connect();
    await expect(client.wait('open', undefined, 500)).rejects.toThrow(/within 500 ms/);
    expect(client.seen('close')).toEqual([]);
    await client.close();
    lab.faults = {};
    await client.open();
  });
});
