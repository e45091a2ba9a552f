import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Socket } from '../../../src/channels/whatsapp/protocol/socket.ts';
import {
  createSendQueue,
  type Outgoing,
} from '../../../src/channels/whatsapp/session/send-queue.ts';

/** Longer than any test here: silence is for the tests with a server. */
const ACK_MS = 5000;

let drawn = 0;

/** A text for somebody known, which may go. */
export function newMessage(changes: Partial<Outgoing> = {}): Outgoing {
  drawn += 1;
  return {
    recipient: '+6281234567890',
    text: 'text',
    messageId: `message-${drawn}`,
    isNewContact: false,
    isUrgent: false,
    deadline: AbortSignal.timeout(5000),
    assertMayGo: () => {},
    ...changes,
  };
}

/** An sendQueue over a line that is closed until `open()`, and what was written to it, in order. */
export function createLine({ spacingMs = 0, write = async () => {} }: Line = {}) {
  const written: string[] = [];
  let isOpen = false;
  const socket = createFakeSocket(async (_, __, messageId) => {
    written.push(messageId);
    await write(messageId);
  });
  async function whenOpen(deadline: AbortSignal) {
    while (!isOpen) await pause(1, undefined, { signal: deadline });
    return socket;
  }
  return {
    sendQueue: createSendQueue({ whenOpen, spacingMs, ackMs: ACK_MS }),
    written,
    open() {
      isOpen = true;
    },
    close() {
      isOpen = false;
    },
    untilWritten: (count: number) =>
      expect.poll(() => written.length, { interval: 2, timeout: 4000 }).toBe(count),
  };
}

type Line = { readonly spacingMs?: number; readonly write?: (id: string) => Promise<void> };

/** An open line of which only the sending half matters. */
function createFakeSocket(send: Socket['send']): Socket {
  const absent = () => Promise.reject(new Error('this line only sends'));
  return {
    send,
    sendMessage: absent,
    act: absent,
    connectMedia: absent,
    setPresence: absent,
    findPicture: absent,
    groups: {
      ...{ list: absent, read: absent, create: absent, changeFacts: absent, changeMembers: absent },
      ...{ leave: absent, join: absent, locate: absent, readInvite: absent, renewInvite: absent },
    },
    findLid: absent,
    findWhatsAppId: absent,
    requestPairingCode: absent,
    requestReupload: absent,
    readTimeLock: absent,
    end: () => {},
    logOut: absent,
  };
}
