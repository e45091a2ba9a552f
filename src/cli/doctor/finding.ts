/** How much something matters. `note` needs nothing to be done. */
export type Level = 'ok' | 'note' | 'warning' | 'error';

/** What one check found, for people. Programs use `check` and `level`. */
export type Finding = {
  /** The name of the check, such as `database.clock`. */
  readonly check: string;
  readonly level: Level;
  readonly message: string;
  /** What to do next; every warning and error has it. */
  readonly next?: string;
};

export function ok(check: string, message: string): Finding {
  return { check, level: 'ok', message };
}

export function note(check: string, message: string): Finding {
  return { check, level: 'note', message };
}

export function warning(check: string, message: string, next: string): Finding {
  return { check, level: 'warning', message, next };
}

export function error(check: string, message: string, next: string): Finding {
  return { check, level: 'error', message, next };
}

/** Such as `1 node` or `2 nodes`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
