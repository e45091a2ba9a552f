/** Parses JSON; undefined if the text is not JSON. The error is left out because it repeats a part of the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
