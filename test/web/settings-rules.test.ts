import { expect, it } from 'vitest';
import { nameBrowser } from '../../web/console/profile/name-browser.ts';
import { addStep, moveUp, toDrafts, toSteps } from '../../web/console/settings/workflow-draft.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`, 'Chrome, Linux'],
  [
    `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0`,
    'Edge, Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1',
    'Safari, iPhone',
  ],
  ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox, Android'],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['x'.repeat(200), 'x'.repeat(80)],
  ['', undefined],
  [null, undefined],
])('names a browser by its user agent: %s', (userAgent, name) => {
  expect(nameBrowser(userAgent)).toBe(name);
});

it('keeps the steps of a workflow as they were, and leaves out what is the default', () => {
  const workflow = [
    { channel: 'whatsapp', waitSeconds: 20, until: 'read' as const },
    { channel: 'twilio', waitSeconds: null, until: null },
  ];
  const drafts = toDrafts(workflow);
  expect(toSteps(drafts)).toEqual([
    { channel: 'whatsapp', waitSeconds: 20, until: 'read' },
    { channel: 'twilio' },
  ]);
  const channels = (steps: typeof drafts) => steps.map(({ channel }) => channel);
  expect(channels(moveUp(drafts, 1))).toEqual(['twilio', 'whatsapp']);
  expect(moveUp(drafts, 0)).toBe(drafts);
  const more = addStep(moveUp(drafts, 1), 'email');
  expect(channels(more)).toEqual(['twilio', 'whatsapp', 'email']);
  expect(new Set(more.map(({ id }) => id)).size).toBe(3);
});
