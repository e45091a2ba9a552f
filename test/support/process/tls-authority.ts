import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (folder: string, args: readonly string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** Makes an authority in `folder`: `NAME.crt` and its key. */
export function createAuthority(folder: string, name: string): string {
  openssl(folder, [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-days', '1', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`],
  ]);
  return join(folder, `${name}.crt`);
}

/** Has `authority` sign a certificate for the names, such as `DNS:localhost`: `NAME.crt`, `NAME.key`. */
export function issue(folder: string, authority: string, name: string, altNames: string) {
  openssl(folder, [
    ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`],
  ]);
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${altNames}\n`);
  openssl(folder, [
    ...['x509', '-req', '-in', `${name}.csr`, '-days', '1', '-extfile', `${name}.ext`],
    ...['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`, '-CAcreateserial'],
    ...['-out', `${name}.crt`],
  ]);
  return { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}
