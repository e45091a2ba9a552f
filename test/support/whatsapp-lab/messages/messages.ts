import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import type { Connection } from '../connection.ts';
import { handOverToMany } from '../groups/hand-over.ts';
import { isInForce } from '../time-lock.ts';
import { child, children, findBytes, node, type Stanza, seconds, splitJid } from '../wire/nodes.ts';
import type { World } from '../world.ts';
import { STATUS } from './envelope.ts';

export type Sent = { readonly companion: Companion; readonly message: Stanza };

const RESTRICTED = 463;

/** Takes a message of a linked device: acknowledges it, then hands every part to its device. */
export async function routeMessage(
  world: World,
  connection: Connection,
  sent: Sent,
): Promise<void> {
  const refusal = takeNack(world) ?? restrictionOf(world, sent);
  if (refusal !== undefined) {
    connection.send(acknowledgement(sent.message, refusal));
    return;
  }
  const { cutOnMessage } = world.faults;
  delete world.faults.cutOnMessage;
  if (cutOnMessage) connection.drop();
  if (cutOnMessage === 'lost') return;
  acknowledge(world, connection, sent.message);
  if (world.faults.loseMessages) return;
  await handOver(world, sent);
}

/** Who writes to somebody gives them a token, which their devices show when they write back. */
export function sendPrivacyToken(sender: Account, recipient: Account, token: Buffer): void {
  const attributes = { from: sender.jid, type: 'privacy_token', sender_lid: sender.lidJid };
  for (const companion of recipient.companions.values()) {
    const { jid } = companion;
    const content = node('token', { jid, t: seconds(), type: 'trusted_contact' }, token);
    companion.post(
      node('notification', { ...attributes, id: `token-${sender.pn}`, t: seconds() }, [
        node('tokens', {}, [content]),
      ]),
    );
  }
}

function takeNack({ faults: { nackMessages } }: World): number | undefined {
  if (!nackMessages || nackMessages.times <= 0) return undefined;
  nackMessages.times -= 1;
  return nackMessages.error;
}

/** A restricted account may only answer: its message must show the token that the recipient gave it. */
function restrictionOf(world: World, { companion, message }: Sent): number | undefined {
  const sender = world.get(companion.user);
  if (!world.faults.onlyKnownChats && !isInForce(sender.timeLock)) return undefined;
  const recipient = world.find(splitJid(message.attrs['to'])?.user ?? '');
  if (recipient === sender) return undefined;
  const token = recipient?.trusted.get(sender.pn);
  const shown = findBytes(child(message, 'tctoken'));
  return token && shown?.equals(token) ? undefined : RESTRICTED;
}

function acknowledge(world: World, connection: Connection, message: Stanza): void {
  const { dropAcks, ackAfterMs } = world.faults;
  if (typeof dropAcks === 'number' && dropAcks > 0) world.faults.dropAcks = dropAcks - 1;
  if (dropAcks) return;
  const send = () => void connection.send(acknowledgement(message));
  if (ackAfterMs) world.timers.later(ackAfterMs, send);
  else send();
}

function acknowledgement({ attrs: { id, to } }: Stanza, error?: number): Stanza {
  return node('ack', { class: 'message', id, from: to, t: seconds(), error: error?.toString() });
}

async function handOver(world: World, sent: Sent): Promise<void> {
  const { message } = sent;
  const chat = message.attrs['to'] ?? '';
  if (chat === STATUS || chat.endsWith('@g.us')) return handOverToMany(world, sent, chat);
  const participants = child(message, 'participants');
  if (!participants) return handOverPart(world, sent, message);
  for (const part of children(participants, 'to')) await handOverPart(world, sent, part);
}

/** A part names its device as `jid`; a message to one device only names it as `to`. */
async function handOverPart(world: World, sent: Sent, part: Stanza): Promise<void> {
  const { companion, message } = sent;
  const to = splitJid(part.attrs['jid'] ?? part.attrs['to']);
  const account = to && world.find(to.user);
  const enc = child(part, 'enc');
  if (!account || !enc) return;
  if (to.device) {
    account.companions.get(to.device)?.post(forward(world.get(companion.user), sent, enc));
    return;
  }
  await account.receive({
    id: message.attrs['id'] ?? '',
    from: companion,
    to: message.attrs['to'] ?? '',
    chat: undefined,
    type: enc.attrs['type'] ?? '',
    ciphertext: findBytes(enc) ?? Buffer.alloc(0),
    deviceIdentity: findBytes(child(message, 'device-identity')),
  });
}

/** From one linked device to another, as when two services write to each other. */
function forward(sender: Account, { companion, message }: Sent, enc: Stanza): Stanza {
  const { id, type } = message.attrs;
  const identity = child(message, 'device-identity');
  return node(
    'message',
    {
      from: companion.jid,
      id,
      type,
      t: seconds(),
      notify: sender.name,
      sender_lid: companion.lidJid,
    },
    identity ? [enc, identity] : [enc],
  );
}
