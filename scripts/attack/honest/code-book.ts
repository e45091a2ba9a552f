import type { CodeSink } from '../../../bench/support/code-sink.ts';

export type CodeBook = ReturnType<typeof createCodeBook>;

/** The phones of the honest people: the last code that each number received. */
export function createCodeBook(sink: Pick<CodeSink, 'takeAll'>) {
  const codes = new Map<string, string>();

  async function refresh(): Promise<void> {
    for (const [phoneNumber, code] of await sink.takeAll()) codes.set(phoneNumber, code);
  }

  /** Undefined if the number received no code. */
  async function find(phoneNumber: string): Promise<string | undefined> {
    await refresh();
    return codes.get(phoneNumber);
  }

  return { find };
}
