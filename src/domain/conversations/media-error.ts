/**
 * Why a file could not be fetched from WhatsApp. `gone`: it is no longer there. `corrupt`: it is not what the message
 * describes. `too_large`: it is larger than permitted. `unavailable`: WhatsApp did not answer as expected.
 */
export type MediaFault = 'gone' | 'corrupt' | 'too_large' | 'unavailable';

export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly fault: MediaFault;

  constructor(fault: MediaFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}
