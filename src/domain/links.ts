/** `evil.example`, `www.x`, `1.2.3.4`: text that messengers turn into a link. */
const LINK = /:\/\/|\/\/|www\.|[\p{L}\p{N}\p{M}-]\.(?:\p{L}[\p{L}\p{M}]|xn--)|\d+(?:\.\d+){3}/iu;

/** Characters that browsers and messengers treat as the dot of a host name. */
const DOTS = /[\u3002\uff0e\uff61\u2024\ufe52]/gu;

/** Invisible characters, which could hide a link from the expressions here. */
const INVISIBLE = /\p{Cf}/gu;

/** A web address with its host name, and the punctuation of the sentence around it. */
const ADDRESS =
  /^[("'«“‘¿¡]*(?:https:\/\/)?((?:[\p{L}\p{N}\p{M}-]+\.)+[\p{L}\p{N}\p{M}-]+)(?:[/?#][\w.~:/?#[\]!$&'()*+,;=%{}-]*)?[.,;:!?)"'»”’]*$/u;

const DOMAIN =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.){1,8}\p{L}[\p{L}\p{M}\p{N}-]{1,61}$/u;

const LONGEST_DOMAIN = 253;

/** Whether a messenger might show a part of `text` as a link. */
export function looksLikeLink(text: string): boolean {
  return LINK.test(unfold(text));
}

/** Finds the first link in `text` that does not lead to one of `domains` or below. */
export function findForeignLink(text: string, domains: readonly string[]): string | undefined {
  return text.split(/\s+/u).find((word) => looksLikeLink(word) && !leadsTo(word, domains));
}

/** The form in which domains are compared: `Kopi.Example` becomes `kopi.example`. */
export function toDomain(text: string): string {
  return unfold(text).trim().toLowerCase();
}

/** Whether `text` is a domain with at least two labels, in the form of `toDomain`. */
export function isDomain(text: string): boolean {
  return text === toDomain(text) && text.length <= LONGEST_DOMAIN && DOMAIN.test(text);
}

/** The word as it is: what is no plain address could be read in another way by a messenger. */
function leadsTo(word: string, domains: readonly string[]): boolean {
  const [, host] = ADDRESS.exec(word.toLowerCase()) ?? [];
  return domains.some((domain) => host === domain || host?.endsWith(`.${domain}`));
}

function unfold(text: string): string {
  return text.replace(INVISIBLE, '').normalize('NFKC').replace(DOTS, '.');
}
