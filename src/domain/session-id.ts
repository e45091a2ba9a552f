/** Whether `text` can name a session: 1 to 64 letters, digits, `-` or `_`, and no property of every object. */
export function isSessionId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text) && !(text in Object.prototype);
}
