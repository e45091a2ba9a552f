/** Binds a sealed text of the credentials to its row. In another row, it cannot be opened. */
export function keyContextOf(sessionId: string, category: string, keyId: string): string {
  return JSON.stringify([sessionId, category, keyId]);
}
