import {
  GroupCipher,
  GroupSessionBuilder,
  SenderKeyDistributionMessage,
  SenderKeyName,
  SenderKeyRecord,
} from '@whiskeysockets/baileys/lib/Signal/Group/index.js';

/**
 * One endpoint of Signal's sender keys: a device shares its key of a chat once, pairwise, and then
 * encrypts each message for all. The cipher is Baileys' own, on both sides.
 */
export class GroupParty {
  readonly #records = new Map<string, SenderKeyRecord>();
  readonly #store = {
    loadSenderKey: async (name: SenderKeyName) =>
      this.#records.get(name.toString()) ?? new SenderKeyRecord(),
    storeSenderKey: async (name: SenderKeyName, record: SenderKeyRecord) =>
      void this.#records.set(name.toString(), record),
  };

  /** Encrypts as device 0 of a user, and gives the key with which others read it. */
  async encrypt(chat: string, user: string, padded: Buffer) {
    const distribution = await this.distribution(chat, user);
    const cipher = new GroupCipher(this.#store, nameOf(chat, { user, device: 0 }));
    return { distribution, ciphertext: Buffer.from(await cipher.encrypt(padded)) };
  }

  async distribution(chat: string, user: string): Promise<Uint8Array> {
    const builder = new GroupSessionBuilder(this.#store);
    return (await builder.create(nameOf(chat, { user, device: 0 }))).serialize();
  }

  async takeKey(chat: string, sender: Sender, distribution: Uint8Array): Promise<void> {
    const message = new SenderKeyDistributionMessage(null, null, null, null, distribution);
    await new GroupSessionBuilder(this.#store).process(nameOf(chat, sender), message);
  }

  /** @throws when the key of the sender has not come, or a message counter was used before. */
  async decrypt(chat: string, sender: Sender, ciphertext: Buffer): Promise<Buffer> {
    const cipher = new GroupCipher(this.#store, nameOf(chat, sender));
    return Buffer.from(await cipher.decrypt(ciphertext));
  }
}

type Sender = { readonly user: string; readonly device: number };

function nameOf(chat: string, { user, device }: Sender): SenderKeyName {
  const sender = { id: user, deviceId: device, toString: () => `${user}.${device}` };
  return new SenderKeyName(chat, sender);
}
