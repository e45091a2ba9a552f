import {
  type BinaryNode,
  binaryNodeToString,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  jidDecode,
} from '@whiskeysockets/baileys';

/** One element of WhatsApp's binary XML. */
export type Stanza = BinaryNode;

/** One device of one account; device 0 is the phone itself. */
export type DeviceAddress = { readonly user: string; readonly device: number };

/** The server's own address. */
export const SERVER = 's.whatsapp.net';

/** Builds an element and leaves out the attributes that are undefined. */
export function node(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  content?: Stanza['content'],
): Stanza {
  const attrs: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) attrs[name] = value;
  }
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

export const child = getBinaryNodeChild;
export const children = getBinaryNodeChildren;
export const toXml = (stanza: Stanza): string => binaryNodeToString(stanza);

export function firstChild(stanza: Stanza | undefined): Stanza | undefined {
  return Array.isArray(stanza?.content) ? stanza.content[0] : undefined;
}

export function findBytes(stanza: Stanza | undefined): Buffer | undefined {
  const content = stanza?.content;
  if (content === undefined || Array.isArray(content)) return undefined;
  return Buffer.from(content as Uint8Array);
}

/** @throws when the element is missing or has no bytes. */
export function getBytes(parent: Stanza | undefined, tag: string): Buffer {
  const found = findBytes(child(parent, tag));
  if (!found) throw new Error(`<${parent?.tag}> lacks the bytes of <${tag}>`);
  return found;
}

/** The moment in the form that stanzas carry it: seconds since 1970. */
export const seconds = (): string => String(Math.floor(Date.now() / 1000));

/** `6281…:7@s.whatsapp.net` is device 7 of user `6281…`. */
export function splitJid(jid: string | undefined): DeviceAddress | undefined {
  const decoded = jidDecode(jid);
  return decoded && { user: decoded.user, device: decoded.device ?? 0 };
}

export function deviceJid(user: string, device: number, server = SERVER): string {
  return `${user}${device ? `:${device}` : ''}@${server}`;
}
