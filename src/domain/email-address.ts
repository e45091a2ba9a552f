const LONGEST = 254;
const LONGEST_LOCAL_PART = 64;

/** What HTML calls a valid e-mail address, so that a form and this program agree. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** One spelling for one address: no blanks around it, all in lower case. */
export function toEmailAddress(text: string): string {
  return text.trim().toLowerCase();
}

/** Whether `text` is an address in the spelling of `toEmailAddress`. */
export function isEmailAddress(text: string): boolean {
  return (
    text.length <= LONGEST && localPartOf(text).length <= LONGEST_LOCAL_PART && EMAIL.test(text)
  );
}

/** What stands before the `@`. */
export function localPartOf(email: string): string {
  return email.slice(0, Math.max(0, email.indexOf('@')));
}
