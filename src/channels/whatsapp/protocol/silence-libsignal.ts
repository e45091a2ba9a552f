/**
 * libsignal 6.0.0 passes whole session records, including private keys, to console.info and
 * console.warn in normal operation (https://github.com/WhiskeySockets/libsignal-node/issues/1).
 * From here on, the console of this process prints no objects except errors.
 */
const METHODS = ['log', 'info', 'debug', 'warn', 'error'] as const;

/** Messages that libsignal also prints, several times for each linked device. They are of no use. */
const CHATTER =
  /^(Closing|Opening|Removing old|Session already|Migrating|Decrypted message with|Failed to decrypt message with any|Session error)/;

export function isChatter(text: string): boolean {
  return CHATTER.test(text);
}

for (const method of METHODS) {
  const print = console[method];
  console[method] = (...words: unknown[]) => {
    const isPlain = words.every((word) => typeof word !== 'object' || word instanceof Error);
    if (isPlain && !isChatter(String(words[0]))) print.apply(console, words);
  };
}
