import { AppError } from '../../domain/errors.ts';

/** The error for an ID that several people have used: anyone can write with the ID of another person's message. */
export function ambiguousMessage(): AppError {
  const message = 'Messages of several chats have this ID. Name the chat.';
  return new AppError('validation_failed', message, {
    errors: [{ path: 'chat', message, code: 'required' }],
  });
}
