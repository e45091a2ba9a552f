import { expect, it } from 'vitest';
import { toEnding } from '../../../../src/channels/whatsapp/protocol/disconnect-reason.ts';

it.each([
  [515, 'restart', 'restart_required'],
  [428, 'retry', 'connection_closed'],
  [408, 'retry', 'connection_lost'],
  [503, 'retry', 'service_unavailable'],
  [500, 'retry', 'bad_session'],
  [418, 'retry', 'error_418'],
  [401, 'logged_out', 'link it again'],
  [440, 'replaced', 'another program'],
  [402, 'banned', 'for a while'],
  [403, 'banned', 'banned'],
  [406, 'banned', 'banned'],
  [405, 'outdated', 'WHATSAPP_VERSION'],
  [411, 'failed', 'does not take linked devices'],
])('an end with %i asks for %s', (statusCode, kind, reason) => {
  expect(toEnding({ statusCode, message: 'the words of the library' })).toEqual({
    kind,
    reason: expect.stringContaining(reason),
  });
});

it('a last QR that nobody scanned is told from a lost line, which has the same code', () => {
  const ending = toEnding({ statusCode: 408, message: 'QR refs attempts ended' });
  expect(ending).toEqual({ kind: 'linking_over', reason: 'qr_expired' });
});

it('an end without a code is tried again, and keeps its words', () => {
  const ending = toEnding({ statusCode: undefined, message: 'no_answer' });
  expect(ending).toEqual({ kind: 'retry', reason: 'no_answer' });
});
