import type { KeyGrant } from '../../../domain/access/api-key.ts';
import type { Caller } from '../../../domain/access/caller.ts';
import { ALL_SCOPES, isAllowed, type Scope } from '../../../domain/access/permissions.ts';
import { AppError, type FieldError } from '../../../domain/errors.ts';
import { createCovering, readNetwork } from '../../../lib/network.ts';

/** What a key of mode `test` may be for: it reaches test numbers only. */
const TEST_SCOPES: readonly string[] = ['otp:send', 'otp:verify'] satisfies Scope[];

/**
 * A grant as it will be on record: every list without repetitions, networks in their one spelling.
 * @throws {AppError} `validation_failed` for what makes no sense, whoever asks for it.
 */
export function readGrant({ mode, scopes, reach }: KeyGrant, now: Date): KeyGrant {
  const networks = reach.networks?.map(readNetwork);
  const errors = [
    ...findScopeErrors({ mode, scopes }),
    ...(networks ?? []).flatMap((read, index) =>
      'fault' in read ? [{ path: `networks.${index}`, message: read.fault }] : [],
    ),
    ...(reach.expiresAt && reach.expiresAt <= now
      ? [{ path: 'expiresAt', message: 'must be in the future' }]
      : []),
  ];
  const [first] = errors;
  if (first) {
    throw new AppError('validation_failed', `${first.path}: ${first.message}`, { errors });
  }
  return {
    mode,
    scopes: withoutRepetitions(scopes),
    reach: {
      sessions: reach.sessions && withoutRepetitions(reach.sessions),
      purposes: reach.purposes && withoutRepetitions(reach.purposes),
      regions: reach.regions && withoutRepetitions(reach.regions),
      networks:
        networks &&
        withoutRepetitions(networks.flatMap((read) => ('network' in read ? [read.network] : []))),
      sendsPerHour: reach.sendsPerHour,
      expiresAt: reach.expiresAt,
      clientIp: reach.clientIp,
    },
  };
}

function findScopeErrors({ mode, scopes }: Pick<KeyGrant, 'mode' | 'scopes'>): FieldError[] {
  const path = 'scopes';
  if (scopes.includes(ALL_SCOPES) && scopes.length > 1) {
    return [{ path, message: '* is all of them: give it alone' }];
  }
  if (mode === 'test' && !scopes.every((scope) => TEST_SCOPES.includes(scope))) {
    return [{ path, message: `a test key is for ${TEST_SCOPES.join(' and ')} only` }];
  }
  return [];
}

function withoutRepetitions<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}

/** The first part of a grant that goes beyond what the caller is held to; undefined when none does. */
export function findBeyond(caller: Caller, { scopes, reach }: KeyGrant): string | undefined {
  const own = caller.reach;
  const parts = {
    scopes: scopes.every((scope) => isAllowed(caller, [scope])),
    sessions: isWithin(own.sessions, reach.sessions),
    purposes: isWithin(own.purposes, reach.purposes),
    regions: isWithin(own.regions, reach.regions),
    networks: isWithin(own.networks, reach.networks, createCovering),
    sendsPerHour: own.sendsPerHour === undefined || isAtMost(own.sendsPerHour, reach.sendsPerHour),
    expiresAt: own.expiresAt === undefined || endsBy(own.expiresAt, reach.expiresAt),
    clientIp: own.clientIp !== false || reach.clientIp === false,
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
