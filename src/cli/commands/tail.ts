import { setTimeout as pause } from 'node:timers/promises';
import { defineCommand } from '../command.ts';
import { findService, HOW_TO_REACH } from '../find-service.ts';
import { createActivityReader, type Filter } from '../tail/activity-reader.ts';
import { describeActivity } from '../tail/describe-activity.ts';

const USAGE = `waverify tail [--lines N] [--json] [--account A] [--session S] [--action A] [--status S] [--url URL]
  prints the last N (10) entries of the activity log and then new ones, until Ctrl+C. --json prints them as the API
  returns them, one a line. With a key that sees all accounts, the other filters need --account.
  ${HOW_TO_REACH} The key needs the scope analytics:read.`;

const INTERVAL_MS = 1000;

/** As many as the API returns on one page. */
const MOST_LINES = 500;

export const command = defineCommand({
  usage: USAGE,
  options: {
    lines: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    account: { type: 'string' },
    session: { type: 'string' },
    action: { type: 'string' },
    status: { type: 'string' },
    url: { type: 'string' },
  },
  async run({ lines, json, url, account, session, action, status }, { environment }) {
    const api = findService(environment, url);
    const filter: Filter = { accountId: account, sessionId: session, action, status };
    const reader = createActivityReader(api, filter);
    const show = (activity: Record<string, unknown>) =>
      process.stdout.write(`${json ? JSON.stringify(activity) : describeActivity(activity)}\n`);
    for (const activity of await reader.readFirst(readCount(lines))) show(activity);
    let isAway = false;
    for (;;) {
      await pause(INTERVAL_MS);
      const read = await reader.readNew();
      if (read.outcome === 'unreachable') {
        if (!isAway) process.stderr.write(`${read.reason}; trying again\n`);
        isAway = true;
        continue;
      }
      isAway = false;
      for (const activity of read.activities) show(activity);
    }
  },
});

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= MOST_LINES) return count;
  throw new Error(`--lines: must be a whole number from 0 to ${MOST_LINES}`);
}
