/** Lower-case letters and digits that no one confuses, and no vowels, so that they form no words. */
const CHARACTERS = 'bcdfghjkmnpqrstvwxz23456789';

const GROUPS = 4;
const GROUP_LENGTH = 5;

/** Draws a temporary password: 95 bits, in groups that are easy to read out. */
export function drawTemporaryPassword(): string {
  const groups = Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, drawCharacter).join(''),
  );
  return groups.join('-');
}

/** Each character is equally likely: bytes beyond the largest multiple of their number are drawn again. */
function drawCharacter(): string {
  const most = 256 - (256 % CHARACTERS.length);
  for (;;) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < most) return CHARACTERS.charAt(byte % CHARACTERS.length);
  }
}
