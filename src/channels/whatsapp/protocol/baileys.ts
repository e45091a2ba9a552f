/** The only import of Baileys. It is loaded after libsignal has been silenced. */
import './silence-libsignal.ts';

export {
  type AnyMessageContent,
  type AuthenticationCreds,
  type BaileysEventMap,
  type BinaryNode,
  Browsers,
  BufferJSON,
  DEFAULT_CONNECTION_CONFIG,
  decryptMediaRetryData,
  encryptMediaRetryRequest,
  type GroupMetadata,
  type GroupParticipant,
  generateWAMessageFromContent,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  initAuthCreds,
  jidDecode,
  jidNormalizedUser,
  type MiscMessageGenerationOptions,
  makeWASocket,
  normalizeMessageContent,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
  type WAMessage,
  type WAMessageKey,
  type WASocket,
} from '@whiskeysockets/baileys';
/** Not among the exports of the package. */
export { extractGroupMetadata } from '@whiskeysockets/baileys/lib/Socket/groups.js';
