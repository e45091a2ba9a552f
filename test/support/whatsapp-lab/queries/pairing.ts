import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Account } from '../account.ts';
import { Companion } from '../companion.ts';
import type { Connection } from '../connection.ts';
import { fromBigEndian } from '../wire/crypto.ts';
import type { SignedPreKey } from '../wire/key-bundle.ts';
import {
  child,
  deviceJid,
  firstChild,
  getBytes,
  node,
  SERVER,
  type Stanza,
  seconds,
  splitJid,
} from '../wire/nodes.ts';
import type { Caller } from '../wire/noise.ts';

type CodeFinish = { readonly wrappedBundle: Buffer; readonly identityPub: Buffer };

/** What a client says when it asks for a pairing code. */
type LinkCode = {
  readonly pn: string;
  readonly wrappedEphemeral: Buffer;
  readonly ref: Buffer;
  finish?: (finish: CodeFinish) => void;
};

/** A client that opened a connection in order to be linked. */
export type Registration = {
  readonly connection: Connection;
  readonly noisePub: Buffer;
  readonly identityPub: Buffer;
  readonly registrationId: number;
  readonly signedPreKey: SignedPreKey;
  readonly refs: readonly string[];
  linkCode?: LinkCode;
};

type CodeRegistration = Registration & { readonly linkCode: LinkCode };

const QR_REFS = 6;
const RESTART_REQUIRED = 515;
const LONGEST_CODE_WAIT_MS = 1000;

/** The server's side of linking: it carries what a client and a phone tell each other. */
export function createLinking() {
  const waiting = new Map<Connection, Registration>();
  const events = new EventEmitter<{ code: [] }>().setMaxListeners(0);

  /** Gives the client the references from which it makes its QR codes. */
  function begin(connection: Connection, { clientStatic, payload }: Caller): void {
    const refs = Array.from({ length: QR_REFS }, () => `2@${randomBytes(48).toString('base64')}`);
    waiting.set(connection, { connection, noisePub: clientStatic, refs, ...keysOf(payload) });
    const nodes = refs.map((ref) => node('ref', {}, Buffer.from(ref)));
    const attributes = { from: SERVER, type: 'set', id: connection.nextId(), xmlns: 'md' };
    connection.send(node('iq', attributes, [node('pair-device', {}, nodes)]));
  }

  function getByRef(ref: string): Registration {
    const found = [...waiting.values()].find(({ refs }) => refs.includes(ref));
    if (!found) throw new Error('this QR code is not, or no longer, valid: scan the newest one');
    return found;
  }

  /** Waits a moment for the client: it shows its code before the server has heard of it. */
  async function getByNumber(pn: string): Promise<CodeRegistration> {
    const signal = AbortSignal.timeout(LONGEST_CODE_WAIT_MS);
    while (!signal.aborted) {
      const found = [...waiting.values()].findLast(({ linkCode }) => linkCode?.pn === pn);
      if (found?.linkCode) return { ...found, linkCode: found.linkCode };
      await once(events, 'code', { signal }).catch(() => {});
    }
    throw new Error(`no client waits for a code of ${pn}: ask for one first`);
  }

  /** Answers `<link_code_companion_reg>`, the client's two messages on the way by code. */
  function takeLinkCode(connection: Connection, iq: Stanza): void {
    const message = firstChild(iq);
    const registration = waiting.get(connection);
    if (!registration) throw new Error('a pairing code from a client that does not register');
    if (message?.attrs['stage'] === 'companion_hello') {
      const ref = randomBytes(16);
      registration.linkCode = {
        pn: splitJid(message.attrs['jid'])?.user ?? '',
        wrappedEphemeral: getBytes(message, 'link_code_pairing_wrapped_companion_ephemeral_pub'),
        ref,
      };
      events.emit('code');
      const answer = [node('link_code_pairing_ref', {}, ref)];
      connection.result(iq, [
        node('link_code_companion_reg', { stage: 'companion_hello' }, answer),
      ]);
      return;
    }
    connection.result(iq);
    registration.linkCode?.finish?.({
      wrappedBundle: getBytes(message, 'link_code_pairing_wrapped_key_bundle'),
      identityPub: getBytes(message, 'companion_identity_public'),
    });
  }

  /** Tells the client that a code was typed, and resolves with its last message. */
  function sayPrimaryHello(
    { connection, linkCode }: CodeRegistration,
    phone: { readonly wrappedEphemeral: Buffer; readonly identityPub: Buffer },
  ): Promise<CodeFinish> {
    return connection.whileOpen((resolve) => {
      linkCode.finish = resolve;
      const attributes = { from: SERVER, type: 'link_code_companion_reg', t: seconds() };
      const hello = node('link_code_companion_reg', { stage: 'primary_hello' }, [
        node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, phone.wrappedEphemeral),
        node('primary_identity_pub', {}, phone.identityPub),
        node('link_code_pairing_ref', {}, linkCode.ref),
      ]);
      connection.send(node('notification', { ...attributes, id: connection.nextId() }, [hello]));
    });
  }

  /** Hands the signed identity over and resolves with the one that the client counter-signed. */
  async function sayPairSuccess(
    { connection }: Registration,
    account: Account,
    { device, deviceIdentity }: { readonly device: number; readonly deviceIdentity: Buffer },
  ): Promise<Buffer> {
    const jids = {
      jid: deviceJid(account.pn, device),
      lid: deviceJid(account.lid, device, 'lid'),
    };
    const answer = await connection.ask(
      node('pair-success', {}, [
        node('device-identity', {}, deviceIdentity),
        node('device', jids),
        node('platform', { name: 'android' }),
      ]),
    );
    return getBytes(child(answer, 'pair-device-sign'), 'device-identity');
  }

  /** Remembers the linked device and, as WhatsApp does, asks the client to come back. */
  function finish(registration: Registration, account: Account, device: number): void {
    waiting.delete(registration.connection);
    account.companions.set(device, new Companion(account, device, registration));
    registration.connection.streamError(RESTART_REQUIRED);
  }

  return {
    begin,
    forget: (connection: Connection) => void waiting.delete(connection),
    getByRef,
    getByNumber,
    takeLinkCode,
    sayPrimaryHello,
    sayPairSuccess,
    finish,
  };
}

export type Linking = ReturnType<typeof createLinking>;

function keysOf({ devicePairingData }: Caller['payload']) {
  const { eIdent, eRegid, eSkeyId, eSkeyVal, eSkeySig } = devicePairingData ?? {};
  if (!eIdent || !eRegid || !eSkeyId || !eSkeyVal || !eSkeySig) {
    throw new Error('the registration lacks a key');
  }
  return {
    identityPub: Buffer.from(eIdent),
    registrationId: fromBigEndian(eRegid),
    signedPreKey: {
      id: fromBigEndian(eSkeyId),
      pub: Buffer.from(eSkeyVal),
      signature: Buffer.from(eSkeySig),
    },
  };
}
