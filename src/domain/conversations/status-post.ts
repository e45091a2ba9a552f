/** What a status post shows. */
export const statusTypes = ['text', 'image', 'video'] as const;
export type StatusType = (typeof statusTypes)[number];

/** `pending`: WhatsApp has not answered. `revoked`: it was deleted for everyone. */
export const statusPostStates = ['pending', 'posted', 'failed', 'revoked'] as const;
export type StatusPostState = (typeof statusPostStates)[number];

/** How WhatsApp shows a text: its background (#RRGGBB) and one of its fonts, by number. */
export type TextStyle = { readonly backgroundColor: string; readonly font: number };

/** The most people who may see a post: each of their devices costs an encryption. */
export const MOST_VIEWERS = 256;

/** WhatsApp shows a post for a day. */
export const STATUS_SECONDS = 86_400;
