/** This node does not hold the session any more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}
