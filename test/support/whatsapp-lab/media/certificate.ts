import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and a certificate in PEM, which live as long as the process. */
export type Certificate = { readonly key: string; readonly cert: string };

const DAY_MS = 86_400_000;
const LINE = /.{1,64}/g;

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  alternativeName: '551d11',
  basicConstraints: '551d13',
};
const TAG = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c };
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;

/**
 * Signs a P-256 certificate for 127.0.0.1 and localhost by its own key. Node makes keys but no
 * certificates, and no key should lie in a repository, so the few lines of DER are written here.
 */
export function createCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const name = sequence(tlv(SET, sequence(oid(OID.commonName), tlv(TAG.utf8, Buffer.from('lab')))));
  const tbs = sequence(
    tlv(0xa0, tlv(TAG.integer, Buffer.from([2]))),
    tlv(TAG.integer, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS * 30)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(authorityMark(), alternativeNames())),
  );
  const signature = sign('sha256', tbs, privateKey);
  const der = sequence(tbs, algorithm, tlv(TAG.bits, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(LINE) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

/** It vouches for itself: a client that is given it as an authority trusts it. */
function authorityMark(): Buffer {
  const isAuthority = sequence(tlv(TAG.boolean, Buffer.from([0xff])));
  const critical = tlv(TAG.boolean, Buffer.from([0xff]));
  return sequence(oid(OID.basicConstraints), critical, tlv(TAG.octets, isAuthority));
}

function alternativeNames(): Buffer {
  const names = sequence(
    tlv(0x87, Buffer.from([127, 0, 0, 1])),
    tlv(0x82, Buffer.from('localhost')),
    tlv(0x82, Buffer.from('mmg.whatsapp.net')),
  );
  return sequence(oid(OID.alternativeName), tlv(TAG.octets, names));
}

const sequence = (...parts: Buffer[]): Buffer => tlv(SEQUENCE, ...parts);

const oid = (hex: string): Buffer => tlv(TAG.oid, Buffer.from(hex, 'hex'));

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return tlv(GENERALIZED_TIME, Buffer.from(`${digits}Z`));
}

/** Tag, length, value. */
function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(value.length), value]);
}

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length]);
  if (length < 256) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 255]);
}
