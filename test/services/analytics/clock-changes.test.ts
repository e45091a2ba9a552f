import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { readMoment } from '../../../src/lib/time/time-zone.ts';
import { OWNER, openAnalytics } from '../../support/analytics-fixture.ts';
import { createHistory } from '../../support/database/history.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const HALF_HOUR = 1800;

/** Days on which clocks are set, each with a code in the middle of every half hour. */
const days = [
  // The zone, the day, the next one, its half hours, and the codes of the hours around the change.
  ['Australia/Lord_Howe', '2026-04-05', '2026-04-06', 49, { '01:00+11:00': 2, '01:30+10:30': 1 }],
  ['Australia/Lord_Howe', '2026-10-04', '2026-10-05', 47, { '01:00+10:30': 2, '02:30+11:00': 1 }],
  ['Europe/Berlin', '2026-10-25', '2026-10-26', 50, { '02:00+02:00': 2, '02:00+01:00': 2 }],
  ['Pacific/Chatham', '2026-04-05', '2026-04-06', 50, { '02:45+12:45': 1, '03:00+12:45': 2 }],
  ['America/Sao_Paulo', '2018-11-04', '2018-11-05', 46, { '01:00-02:00': 2 }],
  ['Asia/Kathmandu', '2026-01-01', '2026-01-02', 48, { '00:00+05:45': 2 }],
  ['Antarctica/Troll', '2026-10-25', '2026-10-26', 52, { '01:00+02:00': 2, '01:00+00:00': 2 }],
] as const;

onOneDatabase('the funnel of days on which clocks are set, on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let analytics: ReturnType<typeof openAnalytics>;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    const history = createHistory(migrated.database);
    for (const [index, [timeZone, date, , count]] of days.entries()) {
      const start = readMoment(date, timeZone);
      for (let at = 0; at < count; at += 1) {
        const middle = addSeconds(start, at * HALF_HOUR + HALF_HOUR / 2 + 60);
        await history.addVerification({ at: middle, accountId: `zone-${index}` });
      }
    }
    analytics = openAnalytics(migrated.database, new Date('2026-12-01'));
    while ((await analytics.countDue(100)) > 0);
  });
  afterAll(() => migrated.close());

  function read(index: number, by: 'hour' | 'day') {
    const [timeZone, date, next] = days[index] ?? days[0];
    // Figures have hours for 90 days.
    analytics.clock.now = readMoment(next, timeZone);
    return analytics.readFunnel(
      { ...OWNER, accountId: `zone-${index}` },
      {
        ...{ channel: undefined, sessionId: undefined, region: undefined, accountId: undefined },
        ...{ from: readMoment(date, timeZone), to: readMoment(next, timeZone), timeZone, by },
      },
    );
  }

  it.each(days.map(([timeZone, date], index) => [timeZone, date, index] as const))(
    'F01: counts each code of %s on %s once',
    async (timeZone, _, index) => {
      const [, , , count, hours] = days[index] ?? days[0];
      const { groups, total } = await read(index, 'hour');
      const sum = groups.reduce((asked, { figures }) => asked + figures.asked, 0);
      expect([total.asked, sum]).toEqual([count, count]);
      const byText = new Map(
        groups.map(({ value, figures }) => [toClock(value, timeZone), figures.asked]),
      );
      expect(Object.fromEntries(byText)).toMatchObject(hours);
      const { groups: whole } = await read(index, 'day');
      expect(whole.map(({ figures }) => figures.asked)).toEqual([count]);
    },
  );
});

/** `01:30+10:30`, as the table above has it; not by the code that is tested. */
function toClock(value: Date | string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    timeZoneName: 'longOffset',
  });
  const text = format.format(new Date(value)).replace(' GMT', '');
  return text.length === 5 ? `${text}+00:00` : text;
}
