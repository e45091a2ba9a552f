/** What a step of a workflow waits for. */
export const deliveryGoals = ['accepted', 'delivered', 'read'] as const;
export type DeliveryGoal = (typeof deliveryGoals)[number];

/** One way to reach a recipient, and how long to wait for its success before the next step starts. */
export type WorkflowStep = {
  readonly channel: string;
  /** 5 to 600. */
  readonly waitSeconds: number;
  readonly until: DeliveryGoal;
};

/** A step of a request. What it does not say is as in the configuration. */
export type RequestedStep = Pick<WorkflowStep, 'channel'> & {
  readonly waitSeconds?: number | undefined;
  readonly until?: DeliveryGoal | undefined;
};

export const MOST_STEPS = 5;
export const SHORTEST_WAIT_SECONDS = 5;
export const LONGEST_WAIT_SECONDS = 600;
