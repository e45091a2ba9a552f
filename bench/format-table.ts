/** Formats rows of cells as aligned columns; the first row has the headings. */
export function formatTable(lines: readonly (readonly string[])[]): readonly string[] {
  const [headings = []] = lines;
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
