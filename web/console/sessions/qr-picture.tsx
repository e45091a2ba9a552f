import { create } from 'qrcode';
import { useWords } from '../../i18n/i18n.tsx';

/** The white margin in modules, which readers need. */
const QUIET = 2;

/** A QR code as SVG. Each run of dark modules is one stroke. Always dark on white, for cameras. */
export function QrPicture({ text }: { readonly text: string }) {
  const { t } = useWords();
  const { size, data } = create(text, { errorCorrectionLevel: 'L' }).modules;
  const side = size + 2 * QUIET;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={t('link.qr')}
      shape-rendering="crispEdges"
    >
      <rect width={side} height={side} fill="#ffffff" />
      <path stroke="#000000" d={toStrokes(data, size)} />
    </svg>
  );
}

function toStrokes(data: ArrayLike<number>, size: number): string {
  const strokes: string[] = [];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (!data[y * size + x]) continue;
      const start = x;
      while (x < size && data[y * size + x]) x += 1;
      strokes.push(`M${start + QUIET} ${y + QUIET + 0.5}h${x - start}`);
    }
  }
  return strokes.join('');
}
