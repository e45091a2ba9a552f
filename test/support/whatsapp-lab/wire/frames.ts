/** 'W' 'A', protocol 6, dictionary 3. */
export const PROTOCOL_HEADER = Buffer.from([0x57, 0x41, 6, 3]);

const LENGTH_BYTES = 3;
const ROUTING_START = 7;

/** Puts the length in front, in 24 bits. */
export function frame(data: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUIntBE(data.length, 0, LENGTH_BYTES);
  return Buffer.concat([length, data]);
}

/**
 * Cuts the client's bytes into frames. Before the first one stands the protocol header, and before
 * that, when an earlier login gave it some, `ED 0 1 length routingInfo`.
 */
export function createFrameReader() {
  let input: Buffer = Buffer.alloc(0);
  let routingInfo: Buffer | undefined;
  let sawHeader = false;

  /** Where the protocol header begins, or undefined while that cannot be said. */
  function findHeader(): number | undefined {
    if (input.length < PROTOCOL_HEADER.length) return undefined;
    if (input.toString('latin1', 0, 2) !== 'ED') return 0;
    if (input.length < ROUTING_START) return undefined;
    const end = ROUTING_START + input.readUIntBE(4, LENGTH_BYTES);
    if (input.length < end + PROTOCOL_HEADER.length) return undefined;
    routingInfo = Buffer.from(input.subarray(ROUTING_START, end));
    return end;
  }

  function readHeader(): boolean {
    const start = findHeader();
    if (start === undefined) return false;
    const header = input.subarray(start, start + PROTOCOL_HEADER.length);
    if (!header.equals(PROTOCOL_HEADER)) {
      throw new Error(`unexpected protocol header ${header.toString('hex')}`);
    }
    input = input.subarray(start + PROTOCOL_HEADER.length);
    return true;
  }

  function* read(chunk: Buffer): Generator<Buffer, void> {
    input = Buffer.concat([input, chunk]);
    sawHeader ||= readHeader();
    while (sawHeader && input.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + input.readUIntBE(0, LENGTH_BYTES);
      if (input.length < end) return;
      const body = input.subarray(LENGTH_BYTES, end);
      input = input.subarray(end);
      yield body;
    }
  }

  return { read, routingInfo: () => routingInfo };
}
