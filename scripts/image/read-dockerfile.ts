/** One instruction of a Dockerfile, such as `RUN` and what follows it, on one line. */
export type Step = { readonly kind: string; readonly text: string };

/** Reads the instructions of a Dockerfile, without comments. Heredocs and escapes other than of line ends are not read. */
export function readDockerfile(text: string): Step[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  return lines.map((line) => {
    const [kind = ''] = line.split(' ', 1);
    return {
      kind,
      text: line
        .slice(kind.length)
        .trim()
        .replaceAll(/\s{2,}/g, ' '),
    };
  });
}
