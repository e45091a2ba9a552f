/** This node no longer holds the session. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}
