const LONGEST = 254;
const LONGEST_LOCAL_PART = 64;

/** HTML's definition of a valid email address, so that browser forms and this check agree. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Normalises an address: trimmed, in lower case. */
export function toEmailAddress(text: string): string {
  return text.trim().toLowerCase();
}

/** Whether `text` is an address as `toEmailAddress` returns it. */
export function isEmailAddress(text: string): boolean {
  return (
    text.length <= LONGEST && localPartOf(text).length <= LONGEST_LOCAL_PART && EMAIL.test(text)
  );
}

/** The part before the `@`. */
export function localPartOf(email: string): string {
  return email.slice(0, Math.max(0, email.indexOf('@')));
}
