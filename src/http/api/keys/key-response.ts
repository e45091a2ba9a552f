import type { z } from '@hono/zod-openapi';
import type { Caller } from '../../../domain/access/caller.ts';
import { toSessionId, toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { KeyDetails } from '../../../services/access/api-keys/manage-keys.ts';
import type { CreateKeyBody } from './key-schemas.ts';

/** Converts a request body to a new key. Session names become session IDs. */
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

/** Presents an API key field by field, so that no other field can leak. */
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
