/**
 * What of WhatsApp needs Baileys. It is imported when the first session needs it: Baileys takes 60 MB
 * of memory and a second to load, which an installation without a linked number does not owe.
 */
export { draftAuthState, loadAuthState } from './auth-state.ts';
export { openSocket } from './socket.ts';
