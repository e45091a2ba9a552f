import { createSecretMatcher, digestOf, type SecretKey } from '../../lib/crypto/secrets.ts';

type Options = {
  /** Our own address; undefined if providers cannot call this installation. */
  readonly publicUrl: string | undefined;
  readonly current: SecretKey;
  readonly previous: SecretKey | undefined;
};

export type CallbackUrls = ReturnType<typeof createCallbackUrls>;

/**
 * The URLs at which providers report on messages. Each channel has a token that is derived from the secret key, so that
 * all nodes know it and none stores it. Tokens of the previous key are accepted.
 */
export function createCallbackUrls({ publicUrl, current, previous }: Options) {
  const known = previous === undefined ? [current] : [current, previous];

  return {
    /** The callback URL of a channel; undefined without `PUBLIC_URL`. */
    urlOf(channel: string): string | undefined {
      // The colon of a label needs no escape, and proxies that decode a path must not change the signed URL.
      const path = `/api/callbacks/${channel}/${tokenOf(channel, current)}`;
      return publicUrl && `${publicUrl}${path}`;
    },

    isToken: (channel: string, token: string): boolean =>
      known.some((key) => createSecretMatcher(tokenOf(channel, key))(token)),
  };
}

function tokenOf(channel: string, key: SecretKey): string {
  return digestOf(channel, key.derive('callback'));
}
