import { maskRecipient } from '../../../domain/recipient.ts';
import type { HookCall, HookDetails } from '../../../services/hooks/manage-hooks.ts';

/** The address that the server of a hook calls. */
export function toHookUrl(baseUrl: string, { dialect, hookId }: HookDetails): string {
  return `${baseUrl}/api/hooks/${dialect}/${hookId}`;
}

export function presentHook(hook: HookDetails, baseUrl: string) {
  const { hookId: id, dialect, mode, relayText, codeTtlSeconds, isActive } = hook;
  const { description = null, channels = null, regions = null, companyName = null } = hook;
  const { linkDomains = null, sendsPerHour = null } = hook;
  return {
    ...{ id, dialect, url: toHookUrl(baseUrl, hook), mode, description },
    channels: channels && [...channels],
    regions: regions && [...regions],
    ...{ companyName, relayText, linkDomains: linkDomains && [...linkDomains] },
    ...{ codeTtlSeconds, sendsPerHour, isActive },
    lastUsedAt: toTime(hook.lastUsedAt),
    lastRefusedAt: toTime(hook.lastRefusedAt),
    createdAt: hook.createdAt.toISOString(),
    updatedAt: hook.updatedAt.toISOString(),
  };
}

export function presentHookCall(call: HookCall) {
  const { relayId: id, phoneNumber, region, purpose, codeLength, status } = call;
  const { reason = null, channel = null } = call;
  return {
    ...{ id, phoneNumber: maskRecipient(phoneNumber) || null, region: region || null },
    ...{ purpose: purpose || null, codeLength, status, reason, channel },
    createdAt: call.createdAt.toISOString(),
    updatedAt: call.updatedAt.toISOString(),
    deliveries: call.deliveries.map((delivery) => ({
      channel: delivery.channel,
      status: delivery.status,
      reason: delivery.reason ?? null,
      note: delivery.details ?? null,
      createdAt: delivery.createdAt.toISOString(),
      acceptedAt: toTime(delivery.acceptedAt),
      deliveredAt: toTime(delivery.deliveredAt),
      readAt: toTime(delivery.readAt),
      failedAt: toTime(delivery.failedAt),
    })),
  };
}

function toTime(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}
