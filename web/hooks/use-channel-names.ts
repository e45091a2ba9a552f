import { api } from '../lib/api.ts';
import { useMe } from '../lib/permissions.ts';
import type { ChannelState } from '../lib/types.ts';
import { useData } from './use-data.ts';

/** The kinds of channels. vite.config.ts reads them from docs/openapi.json. */
declare const CHANNEL_KINDS: readonly string[];

export const channelKinds = CHANNEL_KINDS;

/** The names of the enabled channels, in order of preference. Only operators can see them: for others, all kinds. */
export function useChannelNames(): readonly string[] {
  const { me } = useMe();
  const { data } = useData(async () =>
    me.isOperator ? api<readonly ChannelState[]>('/api/channels') : undefined,
  );
  return data?.map(({ name }) => name) ?? channelKinds;
}
