import { ChannelError } from '../../contract.ts';

/** Nothing was sent through this session, so another one may try. */
export class NotSentError extends ChannelError {
  constructor(why: string, cause?: unknown) {
    super('unavailable', why, { cause });
  }
}
