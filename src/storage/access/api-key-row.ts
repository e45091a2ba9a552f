import type { ApiKey } from '../../domain/access/api-key.ts';
import type { GrantedScope, KeyMode } from '../../domain/access/permissions.ts';
import { optional, type Row, toBoolean, toDate, type Value } from '../statement.ts';

/** A key with the digest of its secret, which nobody outside has a use for. */
export type StoredKey = ApiKey & { readonly keyHash: string };

export const KEY_COLUMNS = `"keyId", "accountId", "keyHash", "prefix", "name", "mode", "scopes",
  "sessions", "purposes", "regions", "networks", "sendsPerHour", "sendPot", "clientIp", "createdBy",
  "rotatedTo", "lineageId", "expiresAt", "lastUsedAt", "revokedAt", "createdAt"`;

/** Reads a row of `api_keys` as any driver returns it. */
export function toKey(row: Row): StoredKey {
  return {
    keyId: String(row['keyId']),
    accountId: String(row['accountId']),
    keyHash: String(row['keyHash']),
    prefix: String(row['prefix']),
    name: String(row['name']),
    mode: row['mode'] as KeyMode,
    scopes: toList(row['scopes']) as GrantedScope[],
    restrictions: {
      sessions: optional(row['sessions'], toList),
      purposes: optional(row['purposes'], toList),
      regions: optional(row['regions'], toList),
      networks: optional(row['networks'], toList),
      sendsPerHour: optional(row['sendsPerHour'], Number),
      sendPot: optional(row['sendPot'], String),
      expiresAt: optional(row['expiresAt'], toDate),
      clientIp: toBoolean(row['clientIp']),
    },
    createdBy: String(row['createdBy']),
    createdAt: toDate(row['createdAt']),
    lastUsedAt: optional(row['lastUsedAt'], toDate),
    revokedAt: optional(row['revokedAt'], toDate),
    rotatedTo: optional(row['rotatedTo'], String),
    lineageId: optional(row['lineageId'], String),
  };
}

/** The columns of a key that is made now. */
export function toNewRow(key: StoredKey): [name: string, value: Value][] {
  const { sessions, purposes, regions, networks, sendsPerHour, sendPot, expiresAt } =
    key.restrictions;
  const { clientIp = true } = key.restrictions;
  return [
    ['keyId', key.keyId],
    ['accountId', key.accountId],
    ['keyHash', key.keyHash],
    ['prefix', key.prefix],
    ['name', key.name],
    ['mode', key.mode],
    ['scopes', JSON.stringify(key.scopes)],
    ['sessions', fromList(sessions)],
    ['purposes', fromList(purposes)],
    ['regions', fromList(regions)],
    ['networks', fromList(networks)],
    ['clientIp', Number(clientIp)],
    ['sendsPerHour', sendsPerHour ?? null],
    ['sendPot', sendPot ?? null],
    ['createdBy', key.createdBy],
    ['lineageId', key.lineageId ?? null],
    ['expiresAt', expiresAt ?? null],
    ['createdAt', key.createdAt],
    ['updatedAt', key.createdAt],
  ];
}

function toList(json: unknown): string[] {
  return JSON.parse(String(json)) as string[];
}

function fromList(list: readonly string[] | undefined): string | null {
  return list === undefined ? null : JSON.stringify(list);
}
