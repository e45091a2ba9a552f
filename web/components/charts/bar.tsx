type Props = {
  /** How much of the width is filled, from 0 to 1. */
  readonly share: number;
  /** A part of `share` that is filled strongly, from 0 to 1; all of it by default. */
  readonly strong?: number;
};

/** A horizontal bar. It is an SVG, because the security policy of the page forbids style attributes. */
export function Bar({ share, strong = share }: Props) {
  const width = (part: number) => Math.max(part > 0 ? 0.6 : 0, Math.min(1, part) * 100);
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="10" rx="1" />
      <rect class="part" width={width(share)} height="10" rx="1" />
      <rect class="fill" width={width(strong)} height="10" rx="1" />
    </svg>
  );
}
