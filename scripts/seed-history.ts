import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.ts';
import { withService } from '../src/cli/with-service.ts';
import { systemClock } from '../src/lib/time/clock.ts';
import { countDueEvents, isAnythingDue } from '../src/services/analytics/count-events.ts';
import { writeConversations } from './seed/write-conversations.ts';
import { writeGrowth } from './seed/write-growth.ts';
import { writeHistory } from './seed/write-history.ts';

const USAGE = `npm run seed-history [-- --activity 1000000 --otp 200000 --expiring 0]
                       [--accounts 0 --sessions 0 --counters 0] [--chats 0 --messages 0]
  adds generated activity (of the last 30 days) and codes (of the last 7) to the default account and
  counts them, to show the console with data and for benchmarks. --expiring adds live codes that all
  expire 5 minutes later; --accounts, --sessions (logged out) and --counters (of wrong codes) add what
  grows over time. --messages adds messages of --chats people to the session default. Not for production. Stop the service first.`;

const MOST_ROWS = 10_000_000;
const COUNTED_AT_ONCE = 2000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      activity: { type: 'string', default: '10000' },
      otp: { type: 'string', default: '2000' },
      expiring: { type: 'string', default: '0' },
      accounts: { type: 'string', default: '0' },
      sessions: { type: 'string', default: '0' },
      counters: { type: 'string', default: '0' },
      chats: { type: 'string', default: '0' },
      messages: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const [activities, codes] = [readCount(values.activity), readCount(values.otp)];
  const expiring = readCount(values.expiring);
  const growth = {
    accounts: readCount(values.accounts),
    sessions: readCount(values.sessions),
    counters: readCount(values.counters),
  };
  const conversations = {
    chats: readCount(values.chats),
    messages: readCount(values.messages),
  };
  if (conversations.messages > 0 && conversations.chats === 0)
    throw new Error('--messages needs --chats');
  const settings = readConfig(process.env);
  if (settings.config.isProduction)
    throw new Error('Refused in production: this adds generated rows');
  await withService(settings, 'alone', async (service) => {
    await writeHistory(service.database, { activities, codes, expiring, now: systemClock() });
    await writeGrowth(service.database, { ...growth, now: systemClock() });
    const written = { ...conversations, now: systemClock() };
    await writeConversations(service.database, service.conversations, written);
    while (await isAnythingDue(service.analytics)) {
      await countDueEvents(service.analytics, COUNTED_AT_ONCE);
    }
  });
  console.log(`Added ${activities} activity rows and ${codes} codes, and counted them`);
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= MOST_ROWS) return count;
  throw new Error(`The number of rows must be from 0 to ${MOST_ROWS}\n${USAGE}`);
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
