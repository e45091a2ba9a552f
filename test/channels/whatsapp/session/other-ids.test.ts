import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { type SendingLab, startSendingLab } from '../../../support/whatsapp/sending-lab.ts';

/** What people dial, and the id under which WhatsApp knows them. */
const PEOPLE = [
  { land: 'Brazil', dialled: '+5531991234567', pn: '553191234567' },
  { land: 'Mexico', dialled: '+525512345678', pn: '5215512345678' },
  { land: 'Benin', dialled: '+2290197123456', pn: '22997123456' },
];

let world: SendingLab;

beforeAll(async () => {
  world = await startSendingLab({ env: { ALLOWED_REGIONS: '*' } });
});
afterEach(() => {
  world.lab.faults = {};
  expect(world.lab.unhandled).toEqual([]);
});
afterAll(() => world.close());

let drawn = 0;

/** Others of the same kind, so that each test has its own person. */
function newPerson({ dialled, pn }: { dialled: string; pn: string }, addressing?: 'lid') {
  drawn += 1;
  const end = String(drawn).padStart(3, '0');
  const number = dialled.slice(0, -3) + end;
  const options = { pn: pn.slice(0, -3) + end, dialled: [number] };
  const phone = world.lab.addPhone({ ...options, ...(addressing && { addressing }) });
  return { phone, number };
}

const contactsOf = async (number: string) =>
  world.h.database.statements.select(
    `SELECT * FROM "session_contacts" WHERE "phoneNumber" = $1 OR "phoneNumber" = $2`,
    [number, number],
  );
const contactCount = async () =>
  Number(
    (
      await world.h.database.statements.select(
        `SELECT COUNT(*) AS "count" FROM "session_contacts"`,
        [],
      )
    )[0]?.['count'],
  );
const detailsTo = async (person: { number: string }) =>
  (await world.calls.deliveriesTo(person)).map((row) => String(row['details']));

describe.each(PEOPLE)('somebody of $land whose id is not the number', (kind) => {
  it('reads the code, and the second one, on the phone', async () => {
    const { phone, number } = newPerson(kind);
    for (const expected of ['new contact', 'known contact']) {
      const { status } = await world.calls.send({ number }, { channel: 'whatsapp' });
      expect(status).toBe(200);
      expect(await phone.nextMessage()).toMatchObject({ from: world.owner.pn });
      expect((await detailsTo({ number })).at(-1)).toContain(expected);
    }
    expect(await contactsOf(number)).toHaveLength(1);
  });

  it('is one person: receipts reach the delivery', async () => {
    const { phone, number } = newPerson(kind);
    await world.calls.send({ number }, { channel: 'whatsapp' });
    phone.markRead((await phone.nextMessage()).id);
    await waitFor(
      async () =>
        (await world.calls.deliveriesTo({ number }))[0]?.['status'] === 'read' ? true : undefined,
      'the delivery to be read',
    );
  });

  it.each(['pn', 'lid'] as const)(
    'who wrote first (shown by %s) costs no new contact, and is one row',
    async (addressing) => {
      const { phone, number } = newPerson(kind, addressing === 'lid' ? 'lid' : undefined);
      const before = await contactCount();
      await phone.sendText(world.owner.pn, 'hello');
      await waitFor(
        async () => ((await contactsOf(number)).length > 0 ? true : undefined),
        'the person to be known',
      );
      expect((await world.calls.send({ number }, { channel: 'whatsapp' })).status).toBe(200);
      await phone.nextMessage();
      expect(await detailsTo({ number })).toEqual([expect.stringContaining('known contact')]);
      expect(await contactCount()).toBe(before + 1);
      const [line] = (await world.calls.activities('message_receive')).filter(
        (row) => row['phoneNumber'] === number,
      );
      expect(line).toBeDefined();
    },
  );

  it('asks WhatsApp once, and the known one no more', async () => {
    const { phone, number } = newPerson(kind);
    await world.calls.send({ number }, { channel: 'whatsapp' });
    await phone.nextMessage();
    phone.setDialled([]); // From here a lookup would find nobody.
    expect((await world.calls.send({ number }, { channel: 'whatsapp' })).status).toBe(200);
    expect(await phone.nextMessage()).toMatchObject({ from: world.owner.pn });
  });
});

it('asks again for somebody known before ids were kept, where ids differ', async () => {
  const { phone, number } = newPerson(PEOPLE[0] as (typeof PEOPLE)[0]);
  await world.calls.contacts.markKnown('default', number, world.h.now());
  expect((await world.calls.send({ number }, { channel: 'whatsapp' })).status).toBe(200);
  expect(await phone.nextMessage()).toMatchObject({ from: world.owner.pn });
  expect(await detailsTo({ number })).toEqual([expect.stringContaining('known contact')]);
});

it('an answer of any other shape is followed as well, and who then writes is the same person', async () => {
  const number = '+6281234500999';
  const phone = world.lab.addPhone({ pn: '628999000111', dialled: [number] });
  expect((await world.calls.send({ number }, { channel: 'whatsapp' })).status).toBe(200);
  expect(await phone.nextMessage()).toMatchObject({ from: world.owner.pn });
  await world.calls.contacts.forgetKnown('default', number, world.h.now());
  await phone.sendText(world.owner.pn, 'hello');
  await waitFor(
    async () => ((await contactsOf(number))[0]?.['knownAt'] ? true : undefined),
    'the person to be known again',
  );
  expect(await contactsOf('+628999000111')).toEqual([]);
});

it('the dialled number itself is a ghost: acknowledged, and nobody reads it', async () => {
  const { phone } = newPerson(PEOPLE[1] as (typeof PEOPLE)[0]);
  expect(phone.inbox).toEqual([]);
  expect(phone.dialled).toHaveLength(1);
});
