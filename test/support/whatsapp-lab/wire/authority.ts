import { proto } from '@whiskeysockets/baileys';
import { createKeyPair, type KeyPair, sign } from './crypto.ts';

/** The server's long-term key and the certificates that lead from a root to it. */
export type Authority = {
  readonly root: KeyPair;
  readonly serverStatic: KeyPair;
  /** An encoded `CertChain`: root, intermediate, leaf, as WhatsApp has them. */
  readonly chain: Buffer;
};

const YEAR_SECONDS = 86_400 * 365;

export function createAuthority(): Authority {
  const root = createKeyPair();
  const intermediate = createKeyPair();
  const serverStatic = createKeyPair();
  const now = Math.floor(Date.now() / 1000);
  const certify = (signer: KeyPair, fields: proto.CertChain.NoiseCertificate.IDetails) => {
    const validity = { notBefore: now - 60, notAfter: now + YEAR_SECONDS };
    const details = Buffer.from(
      proto.CertChain.NoiseCertificate.Details.encode({ ...fields, ...validity }).finish(),
    );
    return { details, signature: sign(signer.priv, details) };
  };
  // A serial of 0 is written out: Baileys reads an absent one as null and refuses it.
  const chain = proto.CertChain.encode({
    intermediate: certify(root, { serial: 1, issuerSerial: 0, key: intermediate.pub }),
    leaf: certify(intermediate, { serial: 2, issuerSerial: 1, key: serverStatic.pub }),
  }).finish();
  return { root, serverStatic, chain: Buffer.from(chain) };
}
