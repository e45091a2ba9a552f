import { z } from 'zod';
import type { MediaFaults } from '../media/media-faults.ts';

const text = z.string();
/** A number, a hidden id, a group's id, or status@broadcast. */
const to = z.string().min(1);
const id = z.string().min(1);
const date = z.coerce.date();
const count = z.number().int().min(0);

export const Text = z.strictObject({
  to,
  text,
  replyTo: id.exactOptional(),
  forwarded: count.exactOptional(),
  id: id.exactOptional(),
  sentAt: date.exactOptional(),
});
export const Reaction = z.strictObject({ to, id, emoji: text });
export const Edit = z.strictObject({ to, id, text });
export const Revocation = z.strictObject({ to, id, asAdmin: z.boolean().exactOptional() });
export const Location = z.strictObject({
  to,
  latitude: z.number(),
  longitude: z.number(),
  name: text.exactOptional(),
});
export const Contact = z.strictObject({ to, name: text, number: z.string().min(1) });
export const Poll = z.strictObject({ to, name: text, options: z.array(text) });
export const Media = z.strictObject({
  to,
  kind: z.enum(['image', 'video', 'audio', 'document', 'sticker']),
  /** Or as many random bytes as `randomBytes` says. */
  base64: z.base64().exactOptional(),
  randomBytes: count.exactOptional(),
  mimetype: text.exactOptional(),
  caption: text.exactOptional(),
  fileName: text.exactOptional(),
  seconds: count.exactOptional(),
  ptt: z.boolean().exactOptional(),
});
export const NewGroup = z.strictObject({
  subject: text,
  members: z.array(id),
  addressing: z.enum(['pn', 'lid']).exactOptional(),
});
export const GroupChange = z.strictObject({
  id,
  action: z.enum(['add', 'remove', 'promote', 'demote']),
  members: z.array(id),
});
export const GroupId = z.strictObject({ id });
export const ChatChange = z.union([
  z.strictObject({ to, isPinned: z.boolean() }),
  z.strictObject({ to, isArchived: z.boolean() }),
  z.strictObject({ to, isRead: z.boolean() }),
  z.strictObject({ to, mutedUntil: date.nullable() }),
  z.strictObject({ to, contactName: text }),
]);
export const History = z.strictObject({
  by: z.enum(['inline', 'blob']).default('inline'),
  chats: z.array(
    z.strictObject({
      with: id,
      name: text.exactOptional(),
      unreadCount: count.exactOptional(),
      isArchived: z.boolean().exactOptional(),
      messages: z.array(
        z.strictObject({
          id,
          fromMe: z.boolean().exactOptional(),
          text,
          sentAt: date,
          author: id.exactOptional(),
        }),
      ),
    }),
  ),
});
export const Presence = z.strictObject({
  isAvailable: z.boolean(),
  lastSeenAt: date.exactOptional(),
});
export const Typing = z.strictObject({ to, state: z.enum(['composing', 'recording', 'paused']) });
export const DirectPath = z.strictObject({ directPath: id });
export const Release = z.strictObject({
  order: z.enum(['sent', 'reversed']).exactOptional(),
  copies: count.exactOptional(),
});

export const MediaFaultsBody: z.ZodType<MediaFaults> = z.strictObject({
  uploadStatus: count.exactOptional(),
  downloadStatus: count.exactOptional(),
  flipAt: count.exactOptional(),
  truncateAt: count.exactOptional(),
  contentLength: count.exactOptional(),
  delayMs: count.exactOptional(),
  pieceBytes: count.min(1).exactOptional(),
  redirectTo: text.exactOptional(),
  reupload: z.enum(['silent', 'not_found']).exactOptional(),
});
