import type { MediaContent, TextContent } from '../../../domain/conversations/message-content.ts';
import type { TextStyle } from '../../../domain/conversations/status-post.ts';
import type { Sealer } from '../../../lib/crypto/encryption.ts';

/** What a status post shows. */
export type PostContent = (TextContent & { readonly style?: TextStyle }) | MediaContent;

type Place = { readonly sessionId: string; readonly statusId: string };

/** The content of a post as it is stored. It opens only for the same post. */
export function sealPost(sealer: Sealer, place: Place, content: PostContent): string {
  return sealer.seal(JSON.stringify(content), toContext('content', place));
}

/** @throws {SealError} if the key is unknown, or the content is not that of this post. */
export function openPost(sealer: Sealer, place: Place, sealed: string): PostContent {
  return JSON.parse(sealer.open(sealed, toContext('content', place))) as PostContent;
}

/** Seals who can see a post, by WhatsApp's IDs. */
export function sealAudience(sealer: Sealer, place: Place, audience: readonly string[]): string {
  return sealer.seal(JSON.stringify(audience), toContext('audience', place));
}

/** @throws {SealError} as `openPost`. */
export function openAudience(sealer: Sealer, place: Place, sealed: string): readonly string[] {
  return JSON.parse(sealer.open(sealed, toContext('audience', place))) as readonly string[];
}

function toContext(part: string, { sessionId, statusId }: Place): string {
  return `status-post-${part}:${sessionId}:${statusId}`;
}
