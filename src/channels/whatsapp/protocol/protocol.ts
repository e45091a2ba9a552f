/**
 * The code that needs Baileys. It is imported with the first session, because Baileys takes 60 MB of
 * memory and a second to load, and an installation without a linked number does not need it.
 */
export { draftAuthState, loadAuthState } from './auth-state.ts';
export { readAuthFiles } from './import/read-auth-files.ts';
export { createKeyCodec } from './key-codec.ts';
export { openSocket } from './socket.ts';
