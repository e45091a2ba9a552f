/** The only import of Baileys. It is loaded after libsignal has been silenced. */
import './silence-libsignal.ts';

export {
  type AuthenticationCreds,
  type BaileysEventMap,
  type BinaryNode,
  Browsers,
  BufferJSON,
  decryptMediaRetryData,
  encryptMediaRetryRequest,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  initAuthCreds,
  jidDecode,
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
