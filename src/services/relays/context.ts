import type { BackgroundTasks } from '../../lib/concurrency/background-tasks.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { DeliveryStore } from '../../storage/delivery/delivery-store.ts';
import type { RelayStore } from '../../storage/hooks/relay-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { DeliveryContext } from '../delivery/context.ts';
import type { BudgetContext } from '../verification/limits/send-budget.ts';
import type { TestNumberContext } from '../verification/test-numbers.ts';
import type { ChangeFeed } from '../webhooks/context.ts';

/** What delivering codes that other servers own needs. Built once, by the composition root. */
export type RelayContext = BudgetContext & {
  readonly relays: RelayStore;
  readonly deliveries: Pick<DeliveryStore, 'claimDue' | 'isOver' | 'markUnknown' | 'release'>;
  /** Its deliveries belong to relayed messages. */
  readonly delivery: DeliveryContext;
  readonly sealer: Sealer;
  readonly testNumbers: TestNumberContext;
  readonly activity: Pick<ActivityService, 'log'>;
  /** Tells the recorder of events what did not arrive. */
  readonly changes: Pick<ChangeFeed, 'isWatched' | 'noteOccurrence'>;
  /** The sends that go on after their caller has its answer. */
  readonly sendsInBackground: BackgroundTasks;
  /** Digests an event, so that it is recognised without being stored. */
  readonly digestEvent: (text: string) => string;
  readonly drawRelayId: () => string;
  /** The name of the session that is stored until a channel reports the one it used. */
  readonly defaultSession: string;
  readonly logger: Logger;
  readonly now: Clock;
};
