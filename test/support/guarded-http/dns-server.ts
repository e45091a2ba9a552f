import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The addresses of a name. `silent`: the server does not respond. */
export type Records = Readonly<Record<string, readonly string[] | 'silent'>>;

const HEADER_BYTES = 12;
const TYPES = { ipv4: 1, ipv6: 28 } as const;

/** A DNS server on the loopback address that knows the A and AAAA records of `records`, with a TTL of 0. */
export async function startDnsServer(records: Records) {
  const queries: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = readQuestion(query);
    queries.push(name);
    const found = records[name];
    if (found === 'silent') return;
    const answers = (found ?? [])
      .map((one) => ipaddr.parse(one))
      .filter((one) => TYPES[one.kind()] === type)
      .map((one) => writeAnswer(type, one.toByteArray()));
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(found ? 0x8580 : 0x8583, 2); // NOERROR or NXDOMAIN, authoritative.
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    header.writeUInt32BE(0, 8);
    const question = query.subarray(HEADER_BYTES, end);
    socket.send(Buffer.concat([header, question, ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    queries,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

function readQuestion(query: Buffer) {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function writeAnswer(type: number, address: readonly number[]): Buffer {
  const answer = Buffer.alloc(12);
  answer.writeUInt16BE(0xc00c, 0); // The name of the question.
  answer.writeUInt16BE(type, 2);
  answer.writeUInt16BE(1, 4);
  answer.writeUInt32BE(0, 6);
  answer.writeUInt16BE(address.length, 10);
  return Buffer.concat([answer, Buffer.from(address)]);
}
