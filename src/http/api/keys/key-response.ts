import type { z } from '@hono/zod-openapi';
import type { Caller } from '../../../domain/access/caller.ts';
import { toSessionId, toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { KeyDetails } from '../../../services/access/api-keys/manage-keys.ts';
import type { CreateKeyBody } from './key-schemas.ts';

/** What a body asks for; sessions by the ids that they have on record. */
export function readNewKey({ accountId }: Caller, body: z.infer<typeof CreateKeyBody>) {
  const { name, mode, scopes, sessions, purposes, regions, networks, expiresAt } = body;
  const { sendsPerHour, clientIp } = body;
  return {
    ...{ name, mode, scopes },
    restrictions: {
      sessions: sessions?.map((session) => toSessionId(accountId, session)),
      ...{ purposes, regions, networks, sendsPerHour, clientIp },
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    },
  };
}

/** What those who manage keys may know of one: field by field, so that nothing else slips out. */
export function presentKey(key: KeyDetails) {
  const {
    sessions,
    purposes,
    regions,
    networks,
    sendsPerHour,
    expiresAt,
    clientIp = true,
  } = key.restrictions;
  return {
    keyId: key.keyId,
    name: key.name,
    prefix: key.prefix,
    mode: key.mode,
    state: key.state,
    scopes: [...key.scopes],
    sessions: sessions?.map(toSessionName) ?? null,
    purposes: toAnswer(purposes),
    regions: toAnswer(regions),
    networks: toAnswer(networks),
    sendsPerHour: sendsPerHour ?? null,
    createdBy: key.createdBy,
    expiresAt: expiresAt?.toISOString() ?? null,
    clientIp,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    rotatedTo: key.rotatedTo ?? null,
    createdAt: key.createdAt.toISOString(),
  };
}

function toAnswer(list: readonly string[] | undefined): string[] | null {
  return list === undefined ? null : [...list];
}
