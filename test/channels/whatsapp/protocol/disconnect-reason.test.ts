import { expect, it } from 'vitest';
import { toEnding } from '../../../../src/channels/whatsapp/protocol/disconnect-reason.ts';

it.each([
  [515, 'restart', 'restart_required'],
  [428, 'retry', 'connection_closed'],
  [408, 'retry', 'connection_lost'],
  [503, 'retry', 'service_unavailable'],
  [500, 'retry', 'bad_session'],
  [401, 'logged_out', 'device_unlinked'],
  [440, 'replaced', 'replaced_by_other_client'],
  [402, 'banned', 'banned_temporarily'],
  [403, 'banned', 'banned'],
  [406, 'banned', 'banned'],
  [405, 'outdated', 'client_outdated'],
  [411, 'failed', 'linked_devices_not_allowed'],
])('an end with %i asks for %s', (statusCode, kind, reason) => {
  expect(toEnding({ statusCode, message: 'the words of the library' })).toEqual({
    kind,
    reason,
  });
});

it('a last QR that nobody scanned is told from a lost line, which has the same code', () => {
  const ending = toEnding({ statusCode: 408, message: 'QR refs attempts ended' });
  expect(ending).toEqual({ kind: 'linking_over', reason: 'qr_expired' });
});

it('an end with a code that nobody knows is tried again, and names the code', () => {
  expect(toEnding({ statusCode: 418, message: 'the words of the library' })).toEqual({
    kind: 'retry',
    reason: 'unexpected_status',
    errorMessage: '418',
  });
});

it('an end without a code is tried again, and keeps its words', () => {
  const words = toEnding({ statusCode: undefined, message: 'socket hang up' });
  const reason = 'connection_failed';
  expect(words).toEqual({ kind: 'retry', reason, errorMessage: 'socket hang up' });
  const ending = toEnding({ statusCode: undefined, message: 'no_answer' });
  expect(ending).toEqual({ kind: 'retry', reason: 'no_answer' });
});
