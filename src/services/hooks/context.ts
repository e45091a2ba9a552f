import type { Caller } from '../../domain/access/caller.ts';
import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { LogStore } from '../../storage/activity/log-store.ts';
import type { HookStore } from '../../storage/hooks/hook-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { EnabledChannel } from '../delivery/context.ts';
import type { RelayContext } from '../relays/context.ts';

/** What managing hooks, and receiving their calls, needs. Built once, by the composition root. */
export type HookContext = {
  readonly hooks: HookStore;
  readonly relays: RelayContext;
  readonly logs: Pick<LogStore, 'listDeliveries'>;
  readonly channels: readonly Pick<EnabledChannel, 'name'>[];
  readonly sealer: Sealer;
  readonly activity: Pick<ActivityService, 'audit'>;
  /** @throws {AppError} `invalid_phone` or `region_not_allowed`. */
  readonly readNumber: (text: string) => Recipient;
  /** @throws {AppError} `validation_failed` for a name that is not allowed. */
  readonly readCompanyName: (
    caller: Pick<Caller, 'accountId'>,
    text: string | undefined,
  ) => Promise<string | undefined>;
  /** Returns the domains to which messages of an account may link. */
  readonly listLinkDomains: (accountId: string) => Promise<readonly string[]>;
  readonly now: Clock;
};
