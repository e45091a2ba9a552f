import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { channelKinds } from '../../src/channels/registry.ts';
import { findWeakness } from '../../src/domain/access/password.ts';
import { scopes } from '../../src/domain/access/permissions.ts';
import { activityActions } from '../../src/domain/activity.ts';
import { deliveryFailureReasons, TEST_CHANNEL } from '../../src/domain/delivery/delivery.ts';
import { hookDialects, relayStatuses } from '../../src/domain/hooks/hook.ts';
import { attemptFailures, timelineDetails } from '../../src/domain/verification/attempt-failure.ts';
import { eventTypes } from '../../src/domain/webhooks/event-types.ts';
import {
  webhookDeliveryStatuses,
  webhookDisabledReasons,
} from '../../src/domain/webhooks/webhook.ts';
import { sessionStates } from '../../src/domain/whatsapp/session.ts';
import { contactBlockReasons, sessionReasons } from '../../src/domain/whatsapp/session-reason.ts';
import { UpdateUserBody } from '../../src/http/api/users/user-schemas.ts';
import { PROBLEMS } from '../../src/http/errors/problems.ts';
import { eventKinds } from '../../src/services/activity/read-timeline.ts';
import { listPatterns } from '../../web/console/webhooks/event-patterns.ts';
import { en } from '../../web/i18n/en.ts';
import { id } from '../../web/i18n/id.ts';
import { translateName } from '../../web/i18n/translate-name.ts';

const ROOT = new URL('../../', import.meta.url);

describe('the words of the console', () => {
  it('has one for every action of the log', () => {
    expect(activityActions.length).toBeGreaterThan(10);
    expectWords('action', activityActions);
  });

  it.each([
    ['reason', sessionReasons],
    ['reason', deliveryFailureReasons],
    ['block', contactBlockReasons],
    ['attempt', attemptFailures],
    ['detail', timelineDetails],
    ['event', eventKinds],
    ['state', sessionStates],
    ['channel', [...channelKinds, TEST_CHANNEL]],
  ])('has one for every %s code', (kind, codes) => {
    for (const code of codes) expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expectWords(kind, codes);
  });

  it('has one for whatever can be chosen or can happen to a webhook', () => {
    const groups = listPatterns(eventTypes, []).map(({ name }) => name);
    expect(groups.length).toBeGreaterThan(3);
    expectWords('eventGroup', groups);
    expectWords('pushed', webhookDeliveryStatuses);
    expectWords('webhookReason', webhookDisabledReasons);
    expectWords('scope', scopes);
    expectWords('dialect', hookDialects);
    expectWords('relay', relayStatuses);
  });

  it('has one for every error code, and for whatever the log says of a change', () => {
    expectWords('failure', Object.keys(PROBLEMS));
    const codes = namesIn(readSources(), NOTED);
    expectWords('note', [...codes, ...OTHERS, ...Object.keys(UpdateUserBody.shape)]);
  });

  it('has no code for a name that has a blank in it, as a sentence would', () => {
    expect(Object.keys(en).filter((word) => word.includes(' '))).toEqual([]);
  });

  it('names a channel with a label, and what it does not know as it is', () => {
    expect(translateName(en, 'channel', 'twilio:us')).toBe('Twilio (SMS): us');
    expect(translateName(id, 'channel', 'http:eu')).toMatch(/^Gateway SMS: eu$/);
    expect(translateName(en, 'channel', 'twilio')).toBe('Twilio (SMS)');
    for (const other of ['pigeon', 'pigeon:us', ':', '']) {
      expect(translateName(en, 'channel', other)).toBe(other);
    }
    expect(translateName(en, 'channel', null)).toBe('');
  });

  it('has one for every limit that refuses', () => {
    const source = readFileSync(new URL('src/services/limits/limits.ts', ROOT), 'utf8');
    const limits = namesIn(source, /limit\('([a-z-]+)'/g);
    expectWords(
      'limit',
      limits.filter((name) => name !== 'otp-guesses'),
    );
  });

  it('has one for everything that makes a password weak', () => {
    const weak = [
      'short',
      'a'.repeat(200),
      'a'.repeat(20),
      'ana.wijaya and others',
      'my waverify is here',
    ];
    const faults = weak.map((password) => findWeakness(password, 'ana.wijaya@example.com'));
    expectWords(
      'problem',
      faults.map((fault) => `password.${fault?.code}`),
    );
  });
});

/** A code that a service writes into the details of an entry about a change. */
const NOTED = /(?:audit\w*\(ctx, caller, [\w.]+, |noteForbidden\(caller, |what: )['`]([a-z_]+)/g;

/** Those that are written in other ways. */
const OTHERS = [
  ...['own_password', 'unknown_address', 'inactive', 'refresh_token_reused'],
  ...['too_many_wrong_keys', 'nothing_stored', 'members_added', 'members_promoted'],
  ...['accountId', 'store', 'use', 'ignore', 'autoReply', 'activityDays', 'otpDays'],
];

function readSources(): string {
  const folder = new URL('src/services/', ROOT);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
}

function namesIn(source: string, pattern: RegExp): string[] {
  const names = [...source.matchAll(pattern)].flatMap(([, name]) => name ?? []);
  expect(names.length).toBeGreaterThan(10);
  return names;
}

function expectWords(kind: string, names: readonly string[]): void {
  const missing = (words: object) => names.filter((name) => !(`${kind}.${name}` in words));
  expect({ en: missing(en), id: missing(id) }).toEqual({ en: [], id: [] });
}
