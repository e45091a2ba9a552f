import type { Channel } from '../../channels/contract.ts';
import type { DeliveryGoal, RequestedStep } from '../../domain/delivery/workflow.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { DeliveryStore } from '../../storage/delivery/delivery-store.ts';
import type { Metrics } from '../operations/metrics-service.ts';
import type { Circuits } from './circuits.ts';
import type { TextContext } from './templates/message-text.ts';

/** A channel that is enabled, with what its definition says about it. */
export type EnabledChannel = Channel & {
  readonly reportsDelivery?: boolean | undefined;
  readonly reaches?: 'email' | undefined;
  readonly deduplicates?: boolean | undefined;
  /** Whether it sends through linked sessions, and tries each of them itself. */
  readonly hasSessions?: boolean | undefined;
};

/** What delivering a message needs. */
export type DeliveryContext = {
  readonly deliveries: DeliveryStore;
  readonly texts: TextContext;
  /** In the order in which they are tried. */
  readonly channels: readonly EnabledChannel[];
  /** The steps that an account has set; without any, there is one for each channel. */
  readonly recallWorkflow: (accountId: string) => Promise<readonly RequestedStep[] | undefined>;
  /** The time limit for the channels that are tried one after another, because each refuses. */
  readonly timeoutSeconds: number;
  /** How long a step waits for its goal, and the goal, unless the caller says otherwise. */
  readonly waitSeconds: number;
  readonly goal: DeliveryGoal;
  readonly circuits: Circuits;
  /** This node, which makes deliveries. */
  readonly nodeId: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: Clock;
};
