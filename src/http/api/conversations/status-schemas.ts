import { z } from '@hono/zod-openapi';
import {
  MOST_VIEWERS,
  statusPostStates,
  statusTypes,
} from '../../../domain/conversations/status-post.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { ReadPost } from '../../../services/conversations/status/manage-posts.ts';
import type { StatusDraft } from '../../../services/conversations/status/post-status.ts';
import { PhoneNumber, SessionPath } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { pageFields } from '../schemas/page.ts';
import { MessageText } from '../sessions/session-message-schemas.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { MessageId } from './message-schemas.ts';
import { readFileDraft } from './parse-draft.ts';
import { fileFields, MediaId } from './send-schemas.ts';

/** What WhatsApp's own clients accept. */
const LONGEST_TEXT = 700;

/** WhatsApp's fonts, by number: those that its clients still have. */
const fonts: readonly number[] = [0, 1, 2, 6, 7, 8, 9, 10];

const DEFAULT_COLOR = '#075E54';

const StatusId = MessageId.openapi({ description: 'The WhatsApp ID of the post' });

export const StatusParams = z.object({ id: SessionPath, statusId: StatusId });

export const PostsQuery = z.strictObject(pageFields);

export const PostBody = z
  .strictObject({
    type: z.enum(statusTypes).default('text').describe('Which of the following fields it has'),
    text: MessageText.max(LONGEST_TEXT).optional().openapi({ description: 'Of the type `text`' }),
    backgroundColor: z
      .string()
      .regex(/^#[0-9A-Fa-f]{6}$/, 'must be a color such as #075E54')
      .optional()
      .openapi({ description: 'The background colour of a text', example: DEFAULT_COLOR }),
    font: z
      .int()
      .refine((font) => fonts.includes(font), fault('invalid_value', `must be one of ${fonts}`))
      .optional()
      .openapi({ description: `The font of a text: one of ${fonts.join(', ')}` }),
    ...fileFields,
    to: z
      .array(PhoneNumber)
      .min(1)
      .max(MOST_VIEWERS)
      .optional()
      .describe('The numbers that can see the post. The session must know them'),
    audience: z
      .enum(['known_contacts'])
      .optional()
      .describe('Instead of `to`: the people whom the session knows, the latest 256'),
  })
  .openapi('StatusPostRequest', { description: 'A status post, and who can see it.' });

export const StatusRef = z
  .object({ statusId: StatusId })
  .openapi('StatusRef', { description: 'A status post.' });

export const PostedStatus = z
  .object({
    statusId: StatusId,
    state: z.literal('posted').describe('WhatsApp has accepted it'),
  })
  .openapi('PostedStatus', { description: 'A status post that was sent.' });

const Content = z
  .object({
    text: z.string().optional().describe('Of a text'),
    backgroundColor: z.string().optional().describe('Of a text'),
    font: z.int().optional().describe('Of a text'),
    caption: z.string().optional().describe('The text below a file'),
    mimeType: z.string().optional().describe('The type of a file'),
    sizeBytes: z.number().optional().describe('The size of a file'),
  })
  .openapi('StatusPostContent', { description: 'What a status post shows, by its type.' });

export const StatusPost = z
  .object({
    statusId: StatusId,
    type: z.enum(statusTypes).describe('What it shows'),
    state: z.enum(statusPostStates).describe('`pending`: WhatsApp did not answer in time'),
    errorCode: z.string().nullable().describe('Why it failed'),
    content: Content.nullable().describe('Null if none is stored, and after it was deleted'),
    mediaId: MediaId.nullable().describe('The file that it shows'),
    audienceCount: z.int().describe('How many people can see it'),
    viewCount: z
      .int()
      .describe(
        'How many people have viewed it, as far as their phones report it; 0 with `store: none`',
      ),
    createdAt: z.iso.datetime().describe('When it was posted'),
    expiresAt: z.iso.datetime().describe('Until when it is shown'),
    revokedAt: z.iso.datetime().nullable().describe('When it was deleted for everyone'),
  })
  .openapi('StatusPost', { description: 'A status post of a session.' });

type Body = z.infer<typeof PostBody>;

/** @throws {AppError} `invalid_phone`, `region_not_allowed`; `validation_failed` for fields that do not go together. */
export function readPost(body: Body, readRecipient: ReadRecipient): StatusDraft {
  return { content: readContent(body), audience: readAudience(body, readRecipient) };
}

function readAudience({ to, audience }: Body, readRecipient: ReadRecipient) {
  if (to !== undefined && audience !== undefined)
    throw invalidField('audience', 'must not be beside to');
  if (to !== undefined) return to.map(readRecipient);
  if (audience !== undefined) return audience;
  throw invalidField('to', 'is required, or audience');
}

const OF_TEXTS = ['text', 'backgroundColor', 'font'] as const;
const OF_FILES = ['mediaId', 'url', 'caption'] as const;

function readContent(body: Body): StatusDraft['content'] {
  const { type, text, backgroundColor = DEFAULT_COLOR, font = 0 } = body;
  for (const field of type === 'text' ? OF_FILES : OF_TEXTS) {
    if (body[field] !== undefined)
      throw invalidField(field, `must not be given for the type ${type}`);
  }
  if (type !== 'text') return { ...readFileDraft({ ...body, type }), type };
  if (text === undefined) throw invalidField('text', 'is required for the type text');
  return { type, text, style: { backgroundColor, font } };
}

/** Presents a post field by field, so that no other field can leak. */
export function presentPost(post: ReadPost) {
  return {
    statusId: post.statusId,
    type: post.statusType,
    state: post.state,
    errorCode: post.errorCode ?? null,
    content: post.content ? presentContent(post.content) : null,
    mediaId: post.mediaId ?? null,
    audienceCount: post.audienceCount,
    viewCount: post.viewCount,
    createdAt: post.createdAt.toISOString(),
    expiresAt: post.expiresAt.toISOString(),
    revokedAt: post.revokedAt?.toISOString() ?? null,
  };
}

function presentContent(content: NonNullable<ReadPost['content']>) {
  if (content.type === 'text') return { text: content.text, ...content.style };
  const { mimeType, sizeBytes, caption } = content;
  return { mimeType, sizeBytes, ...(caption !== undefined && { caption }) };
}
