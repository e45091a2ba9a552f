import type { SessionHost } from '../../../channels/session-contract.ts';
import { type Caller, formatPrincipal } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import {
  type SessionSettings,
  storesLess,
} from '../../../domain/conversations/session-settings.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { EraseStore } from '../../../storage/conversations/erase-store.ts';
import type { SessionStore } from '../../../storage/whatsapp/session-store.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import { eraseAbove } from '../conversation-service.ts';
import type { KnownSettings } from './known-settings.ts';

/** What changing the settings of a session needs. Built once, by the composition root. */
export type SettingsContext = {
  readonly sessions: Pick<SessionStore, 'saveSettings' | 'findById'>;
  readonly erase: EraseStore;
  readonly knownSettings: KnownSettings;
  readonly keeper: Pick<SessionHost, 'applySettings'>;
  readonly activity: Pick<ActivityService, 'audit'>;
  readonly logger: Logger;
  readonly now: Clock;
};

/** The settings to change. An undefined field stays as it is. */
export type SettingsDraft = {
  readonly [K in keyof SessionSettings]?: SessionSettings[K] | undefined;
};

/**
 * Changes what a session is for and what it stores. A lower `store` erases what is above it before this returns; if that
 * takes long, the rest is erased at night.
 * @throws {AppError} `forbidden` for a session that the caller's key does not permit.
 */
export async function saveSettings(
  ctx: SettingsContext,
  caller: Caller,
  { sessionId, accountId }: { readonly sessionId: string; readonly accountId: string },
  draft: SettingsDraft,
): Promise<void> {
  assertPermitted(caller.restrictions, { sessionId });
  const changed = Object.entries(draft).filter(([, value]) => value !== undefined);
  if (changed.length === 0) return;
  const before = await ctx.sessions.findById(sessionId);
  if (!before) return;
  const list = changed.map(([name, value]) => `${name} ${describe(value)}`);
  const details = `${formatPrincipal(caller.principal)}: ${list.join('; ')}`;
  await ctx.activity.audit(
    { ...caller, accountId },
    { action: 'session_change', status: 'success', sessionId, details },
  );
  await ctx.sessions.saveSettings(sessionId, Object.fromEntries(changed), ctx.now());
  ctx.knownSettings.forget(sessionId);
  await ctx.keeper.applySettings(sessionId).catch((err: unknown) => {
    ctx.logger.warn({ err, sessionId }, 'new settings of a session apply when it connects again');
  });
  const { store } = draft;
  if (store && storesLess(store, before.storeLevel)) await eraseAbove(ctx, sessionId, store);
}

/** The texts that an operator writes are not logged. */
function describe(value: SettingsDraft[keyof SettingsDraft]): string {
  if (value === null) return 'off';
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? value.join(',') || 'nothing' : 'on';
}
