import { randomBytes } from 'node:crypto';

/** How a file of each type begins. */
const HEADS = {
  jpeg: Buffer.from('ffd8ffe000104a46494600010101', 'hex'),
  mp4: Buffer.from('00000018667479706d70343200000000', 'hex'),
  opus: Buffer.concat([
    Buffer.from('4f676753000200000000000000000000000000000000000000000113', 'hex'),
    Buffer.from('OpusHead'),
  ]),
  webp: Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WEBPVP8 ')]),
  mp3: Buffer.from('fffb9064', 'hex'),
  pdf: Buffer.from('%PDF-1.7\n'),
};

/** A file that begins like one of its type; what follows is random. */
export function sampleFile(type: keyof typeof HEADS, size = 20_000): Buffer {
  return Buffer.concat([HEADS[type], randomBytes(size - HEADS[type].length)]);
}
