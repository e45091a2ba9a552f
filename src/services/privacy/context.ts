import type { Clock } from '../../lib/time/clock.ts';
import type { LogStore } from '../../storage/activity/log-store.ts';
import type { SafeNumberStore } from '../../storage/compat/safe-number-store.ts';
import type { EraseStore } from '../../storage/conversations/erase-store.ts';
import type { RelayStore } from '../../storage/hooks/relay-store.ts';
import type { RecipientStore } from '../../storage/privacy/recipient-store.ts';
import type { VerificationStore } from '../../storage/verification/verification-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { MaintenanceContext } from '../operations/context.ts';
import type { TestNumberContext } from '../verification/test-numbers.ts';

/** What reading and erasing the data about a recipient needs. Built once, by the composition root. */
export type RecipientContext = {
  readonly recipients: RecipientStore;
  readonly erase: EraseStore;
  readonly relays: Pick<RelayStore, 'listOfRecipient'>;
  readonly safeNumbers: SafeNumberStore;
  readonly verifications: Pick<VerificationStore, 'expire'>;
  readonly logs: LogStore;
  /** Drops what this node's sessions remember about a number. */
  readonly forgetRecipient: (phoneNumber: string) => void;
  readonly testNumbers: TestNumberContext;
  readonly maintenance: MaintenanceContext;
  readonly activity: ActivityService;
  readonly now: Clock;
};
