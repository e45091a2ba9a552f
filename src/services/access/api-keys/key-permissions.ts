import type { KeyPermissions } from '../../../domain/access/api-key.ts';
import type { Caller } from '../../../domain/access/caller.ts';
import { ALL_SCOPES, isAllowed, type Scope } from '../../../domain/access/permissions.ts';
import { AppError, type FieldError } from '../../../domain/errors.ts';
import { readNetwork, toNetworkMatcher } from '../../../lib/network.ts';

/** What a key of mode `test` may be for: it reaches test numbers only. */
const TEST_SCOPES: readonly string[] = ['otp:send', 'otp:verify'] satisfies Scope[];

/**
 * A grant as it will be on record: every list without repetitions, networks in their one spelling.
 * @throws {AppError} `validation_failed` for what makes no sense, whoever asks for it.
 */
export function readKeyPermissions(
  { mode, scopes, restrictions }: KeyPermissions,
  now: Date,
): KeyPermissions {
  const networks = restrictions.networks?.map(readNetwork);
  const errors = [
    ...findScopeErrors({ mode, scopes }),
    ...(networks ?? []).flatMap((read, index) =>
      'fault' in read
        ? [{ path: `networks.${index}`, message: read.fault, code: 'invalid_format' as const }]
        : [],
    ),
    ...(restrictions.expiresAt && restrictions.expiresAt <= now
      ? [{ path: 'expiresAt', message: 'must be in the future', code: 'too_small' as const }]
      : []),
  ];
  const [first] = errors;
  if (first) {
    throw new AppError('validation_failed', `${first.path}: ${first.message}`, { errors });
  }
  return {
    mode,
    scopes: withoutRepetitions(scopes),
    restrictions: {
      sessions: restrictions.sessions && withoutRepetitions(restrictions.sessions),
      purposes: restrictions.purposes && withoutRepetitions(restrictions.purposes),
      regions: restrictions.regions && withoutRepetitions(restrictions.regions),
      networks:
        networks &&
        withoutRepetitions(networks.flatMap((read) => ('network' in read ? [read.network] : []))),
      sendsPerHour: restrictions.sendsPerHour,
      expiresAt: restrictions.expiresAt,
      clientIp: restrictions.clientIp,
    },
  };
}

function findScopeErrors({ mode, scopes }: Pick<KeyPermissions, 'mode' | 'scopes'>): FieldError[] {
  const path = 'scopes';
  if (scopes.includes(ALL_SCOPES) && scopes.length > 1) {
    return [{ path, message: '* is all of them: give it alone', code: 'conflict' }];
  }
  if (mode === 'test' && !scopes.every((scope) => TEST_SCOPES.includes(scope))) {
    const message = `a test key is for ${TEST_SCOPES.join(' and ')} only`;
    return [{ path, message, code: 'conflict' }];
  }
  return [];
}

function withoutRepetitions<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}

/** The first part of a grant that goes beyond what the caller is held to; undefined when none does. */
export function findEscalation(
  caller: Caller,
  { scopes, restrictions }: KeyPermissions,
): string | undefined {
  const own = caller.restrictions;
  const parts = {
    scopes: scopes.every((scope) => isAllowed(caller, [scope])),
    sessions: isWithin(own.sessions, restrictions.sessions),
    purposes: isWithin(own.purposes, restrictions.purposes),
    regions: isWithin(own.regions, restrictions.regions),
    networks: isWithin(own.networks, restrictions.networks, toNetworkMatcher),
    sendsPerHour:
      own.sendsPerHour === undefined || isAtMost(own.sendsPerHour, restrictions.sendsPerHour),
    expiresAt: own.expiresAt === undefined || endsBy(own.expiresAt, restrictions.expiresAt),
    clientIp: own.clientIp !== false || restrictions.clientIp === false,
  };
  return Object.entries(parts).find(([, within]) => !within)?.[0];
}

/** Whether all of `asked` is in `own`; a missing list is everything there is. */
function isWithin(
  own: readonly string[] | undefined,
  asked: readonly string[] | undefined,
  createTest = (list: readonly string[]) => (item: string) => list.includes(item),
): boolean {
  return own === undefined || asked?.every(createTest(own)) === true;
}

function isAtMost(most: number, asked: number | undefined): boolean {
  return asked !== undefined && asked <= most;
}

function endsBy(moment: Date, end: Date | undefined): boolean {
  return end !== undefined && end <= moment;
}
