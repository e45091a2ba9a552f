import { ChannelError } from '../../contract.ts';

/** This session sent nothing, so another one may try. */
export class NotSentError extends ChannelError {
  constructor(why: string, cause?: unknown) {
    super('unavailable', why, { cause });
  }
}
