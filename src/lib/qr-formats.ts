/** A screen shows a QR code undamaged, so low redundancy suffices and the modules can be larger. */
const LOOK = { errorCorrectionLevel: 'L', margin: 2 } as const;

const PIXELS_PER_MODULE = 8;

const SVG_PIXELS = 320;

/** Black on bright white (ECMA-48 SGR): the colours of a terminal may be inverted. */
const INK = '\u001b[30;107m';
const RESET = '\u001b[0m';

export async function toPng(text: string): Promise<Buffer> {
  const QRCode = await loadEncoder();
  return QRCode.toBuffer(text, { ...LOOK, scale: PIXELS_PER_MODULE });
}

export async function toSvg(text: string): Promise<string> {
  const QRCode = await loadEncoder();
  return QRCode.toString(text, { ...LOOK, type: 'svg' });
}

export async function toDataUrl(text: string): Promise<string> {
  return `data:image/png;base64,${(await toPng(text)).toString('base64')}`;
}

/** Takes a tenth of the time of a PNG, for codes that a public page shows. */
export async function toSvgDataUrl(text: string): Promise<string> {
  const QRCode = await loadEncoder();
  const svg = await QRCode.toString(text, { ...LOOK, type: 'svg', width: SVG_PIXELS });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** A QR code of half blocks, two modules per character, with the text on its own line below. */
export async function toTerminalText(text: string): Promise<string> {
  const QRCode = await loadEncoder();
  const blocks = await QRCode.toString(text, { ...LOOK, type: 'utf8' });
  const lines = blocks.split('\n').map((line) => `${INK}${line}${RESET}`);
  return `${lines.join('\n')}\n\n${text}\n`;
}

/** Loaded for the first QR code: most starts show none. */
async function loadEncoder() {
  return (await import('qrcode')).default;
}
