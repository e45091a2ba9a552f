const FIRST = 10_000_000;

/** Generates Indonesian mobile numbers, each once per run. */
export function createPhoneNumbers() {
  let drawn = 0;
  function draw(count: number): string[] {
    return Array.from({ length: count }, () => {
      drawn += 1;
      return `+62812${FIRST + drawn}`;
    });
  }
  return { draw };
}

export type PhoneNumbers = ReturnType<typeof createPhoneNumbers>;
