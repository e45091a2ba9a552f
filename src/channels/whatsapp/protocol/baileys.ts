/** The one door to Baileys: nothing of it is loaded before libsignal is silent. */
import './silence-libsignal.ts';

export {
  type AuthenticationCreds,
  type BinaryNode,
  Browsers,
  BufferJSON,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  initAuthCreds,
  jidDecode,
  makeWASocket,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
  type WAMessageKey,
  type WASocket,
} from '@whiskeysockets/baileys';
