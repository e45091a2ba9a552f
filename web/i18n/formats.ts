export type Formats = ReturnType<typeof createFormats>;

/** Formats numbers and times in a language, in the time zone of the browser. */
export function createFormats(locale: string) {
  const language = locale === 'id' ? 'id-ID' : 'en-GB';
  const numbers = new Intl.NumberFormat(language);
  const shares = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const signs = new Intl.NumberFormat(language, {
    ...{ signDisplay: 'exceptZero', maximumFractionDigits: 1 },
  });
  const changes = new Intl.NumberFormat(language, {
    ...{ style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 },
  });
  const moments = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const hours = new Intl.DateTimeFormat(language, {
    ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  });
  const days = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const clocks = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const unit = (name: string, value: number) =>
    new Intl.NumberFormat(language, {
      ...{ style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1 },
    }).format(value);

  return {
    language,
    number: (value: number) => numbers.format(value),
    share: (value: number | null) => (value === null ? '–' : shares.format(value)),
    /** A difference, with its sign. */
    signed: (value: number) => signs.format(value),
    /** A relative change as a percentage, with its sign. */
    change: (value: number) => changes.format(value),
    moment: (time: string | null) => (time ? moments.format(new Date(time)) : '–'),
    exact: (time: string | null) => (time ? exact.format(new Date(time)) : '–'),
    clock: (time: string) => clocks.format(new Date(time)),
    /** The hour of a count, which is at most some months old. */
    hour: (time: string) => hours.format(new Date(time)),
    day: (time: string) => days.format(new Date(time)),
    /** The time if it is today, otherwise the date and time. */
    short(time: string | null): string {
      if (!time) return '–';
      const at = new Date(time);
      return at.toDateString() === new Date().toDateString()
        ? clocks.format(at)
        : moments.format(at);
    },
    milliseconds: (value: number | null) => {
      if (value === null) return '–';
      if (value < 1000) return unit('millisecond', Math.round(value * 10) / 10);
      return value < 120_000 ? unit('second', value / 1000) : unit('minute', value / 60_000);
    },
    bytes(value: number): string {
      if (value < 1000) return unit('byte', value);
      return value < 1_000_000
        ? unit('kilobyte', Math.round(value / 1000))
        : unit('megabyte', value / 1_000_000);
    },
    wait(seconds: number): string {
      if (seconds < 120) return unit('second', seconds);
      return seconds < 7200
        ? unit('minute', Math.ceil(seconds / 60))
        : unit('hour', Math.ceil(seconds / 3600));
    },
  };
}

/** The name of the browser's time zone, as the API accepts it. */
export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}
