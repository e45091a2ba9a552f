import { Curve, DisconnectReason, WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../support/whatsapp-lab/lab.ts';
import { verify } from '../support/whatsapp-lab/wire/crypto.ts';
import { createLabClient, linkByQr, linkClient, silenceLibsignal } from './lab-client.ts';

let lab: Lab;
const opened: ReturnType<typeof createLabClient>[] = [];

function newClient(config?: Parameters<typeof createLabClient>[1]) {
  const client = createLabClient(lab.url, config);
  opened.push(client);
  return client;
}

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
  expect(lab.unhandled).toEqual([]);
});
afterAll(() => lab.close());

describe('linking by QR code', () => {
  it('shows six codes, and ends when they are used up', async () => {
    const client = newClient({ qrTimeout: 60 });
    client.connect();
    const { code } = await client.wait('close');
    expect(code).toBe(DisconnectReason.timedOut);
    expect(new Set(client.seen('qr')).size).toBe(6);
  });

  it('links a client, which comes back with its keys and its history', async () => {
    const owner = lab.addPhone({ name: 'Owner' });
    const client = newClient();
    client.connect();
    await expect(owner.scanQr(await client.wait('qr'))).resolves.toEqual({ device: 1 });
    expect((await client.wait('close')).code).toBe(DisconnectReason.restartRequired);
    await client.open();
    const { devices } = lab.state().phones.find(({ pn }) => pn === owner.pn) ?? {};
    expect(devices).toMatchObject([{ device: 1, isOnline: true }]);
    expect(devices?.[0]?.preKeys).toBeGreaterThan(800);
    expect(client.socket().user?.id).toBe(`${owner.pn}:1@s.whatsapp.net`);
    await client.wait(
      'inbound',
      ({ message }) => message.message?.protocolMessage?.historySyncNotification != null,
    );
    expect(lab.logins(owner.pn)).toBe(1);
    expect(lab.connectionsOf(owner.pn)).toBe(1);
  });

  it('is told at the next connection where the last one sent the client', async () => {
    const { owner, client } = await linkClient(lab);
    opened.push(client);
    await client.close();
    await expect.poll(() => lab.connectionsOf(owner.pn)).toBe(0);
    await client.open();
    const { devices } = lab.state().phones.find(({ pn }) => pn === owner.pn) ?? {};
    expect(devices?.[0]?.routingInfo).toBe('08080805');
  });

  it('gives a second client the next number', async () => {
    const { owner, client } = await linkClient(lab);
    const second = newClient();
    opened.push(client);
    await linkByQr(second, owner);
    expect(owner.devices).toEqual([1, 2]);
    expect(lab.connectionsOf(owner.pn)).toBe(2);
  });

  it('refuses a phone that did not see the secret in the code', async () => {
    const client = newClient();
    client.connect();
    const [ref, noise, identity, , platform] = (await client.wait('qr')).split(',');
    const forged = [ref, noise, identity, Buffer.alloc(32).toString('base64'), platform].join(',');
    await expect(lab.addPhone().scanQr(forged)).rejects.toThrow(/hung up/);
    expect((await client.wait('close')).reason).toBe('Invalid account signature');
  });

  it('says what is wrong with a text that is no code, or no longer one', async () => {
    const client = newClient();
    client.connect();
    const qr = await client.wait('qr');
    await client.close();
    await expect(lab.addPhone().scanQr('hello')).rejects.toThrow(/not the text of/);
    await expect.poll(() => lab.addPhone().scanQr(qr).catch(String)).toMatch(/no longer, valid/);
  });
});

describe('linking by pairing code', () => {
  it('links a client whose code is typed, with dashes and small letters too', async () => {
    const owner = lab.addPhone();
    const client = newClient();
    client.connect();
    await client.wait('qr');
    const code = await client.socket().requestPairingCode(owner.pn);
    expect(code).toMatch(/^[1-9A-HJ-NP-TV-Z]{8}$/);
    await owner.typePairingCode(`${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`);
    await client.wait('close', (end) => end.code === DisconnectReason.restartRequired);
    await client.open();
    expect(owner.devices).toEqual([1]);
  });

  it('refuses a wrong code, and a number that nobody asked for', async () => {
    const owner = lab.addPhone();
    const client = newClient();
    client.connect();
    await client.wait('qr');
    await client.socket().requestPairingCode(owner.pn, 'LABLAB12');
    await expect(owner.typePairingCode('WRONG123')).rejects.toThrow(/wrong pairing code/);
    await expect(lab.addPhone().typePairingCode('LABLAB12')).rejects.toThrow(/ask for one first/);
    expect(owner.devices).toEqual([]);
  });

  it('refuses the login of a client that gave its code up', async () => {
    const owner = lab.addPhone();
    const client = newClient();
    client.connect();
    await client.wait('qr');
    await client.socket().requestPairingCode(owner.pn);
    await client.close();
    client.connect();
    expect((await client.wait('close')).code).toBe(DisconnectReason.loggedOut);
    expect(lab.logins(owner.pn)).toBe(0);
  });
});

// Baileys 7.0.0-rc14 throws libsignal's answer away; with a check that looks, a wrong signature of
// the lab's server or phones would be seen.
it('signs so that a client which verifies signatures links, and refuses a foreign root', async () => {
  const [asShipped, root] = [Curve.verify, WA_CERT_DETAILS.PUBLIC_KEY];
  try {
    Curve.verify = verify;
    const stranger = newClient();
    stranger.connect();
    const { reason } = await stranger.wait('close');
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(lab.rootKey, 'hex');
    const { owner, client } = await linkClient(lab);
    opened.push(client);
    expect(reason).toBe('noise intermediate certificate signature invalid');
    expect(owner.devices).toEqual([1]);
  } finally {
    Curve.verify = asShipped;
    WA_CERT_DETAILS.PUBLIC_KEY = root;
  }
});
