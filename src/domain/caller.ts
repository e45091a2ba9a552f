/** Who asks: the account whose key was shown, and where the request came from. */
export type Caller = {
  readonly accountId: string;
  /** Canonical address; IPv6 as its /64 network. */
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
};

/** The one account of an installation, until it has several. */
export const DEFAULT_ACCOUNT_ID = 'default';
