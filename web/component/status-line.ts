/** A line that screen readers announce and that is not visible. A style sheet of the page is not needed for it. */
export function addStatusLine(parent: HTMLElement): HTMLElement {
  const line = document.createElement('span');
  line.setAttribute('role', 'status');
  const hidden = { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden' };
  Object.assign(line.style, { ...hidden, clipPath: 'inset(50%)', whiteSpace: 'nowrap' });
  parent.append(line);
  return line;
}
