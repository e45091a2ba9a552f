import { inflateSync } from 'node:zlib';
import { create } from 'qrcode';

/** Red, green, blue and how opaque. */
const CHANNELS = 4;

/** A QR as rows of modules, `#` for a dark one, without the quiet zone around it. */
export type Modules = readonly string[];

/** The modules that a QR of this text has. */
export function modulesOf(text: string): Modules {
  const { size, data } = create(text, { errorCorrectionLevel: 'L' }).modules;
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => (data[y * size + x] ? '#' : ' ')).join(''),
  );
}

/** Reads what a PNG shows: dark is what is darker than middle grey. */
export function readPng(png: Buffer): Modules {
  const { rows, width } = decodePng(png);
  const dark = rows.map((row) =>
    Array.from({ length: width }, (_, x) => ((row[x * CHANNELS] ?? 255) < 128 ? '#' : ' ')).join(
      '',
    ),
  );
  // The finder pattern in the corner is seven modules wide: it gives the scale.
  const [first = ''] = cropToInk(dark);
  const scale = first.search(/ |$/) / 7;
  return cropToInk(dark)
    .filter((_, y) => y % scale === 0)
    .map((row) => [...row].filter((_, x) => x % scale === 0).join(''));
}

/** Reads the path of horizontal strokes that the QR is in an SVG. */
export function readSvg(svg: string): Modules {
  const path = /stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? '';
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => ' '));
  let x = 0;
  let y = 0;
  for (const [, command, a = '', b = ''] of path.matchAll(/([Mmh])(-?[\d.]+) ?(-?[\d.]+)?/g)) {
    if (command === 'M') [x, y] = [Number(a), Math.floor(Number(b))];
    else if (command === 'm') [x, y] = [x + Number(a), y + Number(b)];
    else {
      rows[y]?.fill('#', x, x + Number(a));
      x += Number(a);
    }
  }
  return cropToInk(rows.map((row) => row.join('')));
}

/** Reads half blocks, two modules to a character. */
export function readBlocks(lines: readonly string[]): Modules {
  const rows = lines.flatMap((line) => [
    line.replaceAll(/[█▀]/g, '#').replaceAll('▄', ' '),
    line.replaceAll(/[█▄]/g, '#').replaceAll('▀', ' '),
  ]);
  return cropToInk(rows);
}

/** Cuts the quiet zone off. */
function cropToInk(rows: readonly string[]): string[] {
  const inked = rows.filter((row) => row.includes('#'));
  const left = Math.min(...inked.map((row) => row.indexOf('#')));
  const right = Math.max(...inked.map((row) => row.lastIndexOf('#')));
  const top = rows.findIndex((row) => row.includes('#'));
  return rows.slice(top, top + inked.length).map((row) => row.slice(left, right + 1));
}

/** PNG (RFC 2083) of 8 bits and four channels, not interlaced: what the service draws. */
function decodePng(png: Buffer) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, colour, , , interlace] = png.subarray(24);
  if (depth !== 8 || colour !== 6 || interlace !== 0) throw new Error('not such a PNG');
  const raw = inflateSync(Buffer.concat(imageDataOf(png)));
  const stride = width * CHANNELS;
  let above: Buffer = Buffer.alloc(stride);
  const rows = Array.from({ length: height }, (_, y) => {
    const at = y * (stride + 1);
    above = unfilter(raw.subarray(at + 1, at + 1 + stride), above, raw[at]);
    return above;
  });
  return { rows, width };
}

function imageDataOf(png: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(data);
    at += length + 12;
  }
  return parts;
}

/** Each byte is written as its difference to what its neighbours foretell. */
function unfilter(line: Buffer, above: Buffer, filter: number | undefined): Buffer {
  const out = Buffer.alloc(line.length);
  for (const [i, byte] of line.entries()) {
    const left = out[i - CHANNELS] ?? 0;
    const up = above[i] ?? 0;
    const upLeft = above[i - CHANNELS] ?? 0;
    out[i] = byte + foretell(filter, { left, up, upLeft });
  }
  return out;
}

type Neighbours = { readonly left: number; readonly up: number; readonly upLeft: number };

function foretell(filter: number | undefined, { left, up, upLeft }: Neighbours): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const distance = (value: number) => Math.abs(left + up - upLeft - value);
  const [nearest = 0] = [left, up, upLeft].sort((a, b) => distance(a) - distance(b));
  return nearest;
}
