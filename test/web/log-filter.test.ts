import { expect, it } from 'vitest';
import { NO_FILTER, toQuery } from '../../web/console/logs/log-filter.ts';

it('asks for the last day with all its hours', () => {
  const query = toQuery({ ...NO_FILTER, from: '2026-02-28', to: '2026-02-28' }, 'activity');
  expect(query).toMatchObject({ from: '2026-02-28', to: '2026-03-01' });
  expect(query['timeZone']).toBeTruthy();
  const { recipient: _, ...nothing } = NO_FILTER;
  expect(toQuery(NO_FILTER, 'activity')).toEqual({ ...nothing, phoneNumber: '', calls: 'false' });
  expect(toQuery({ ...NO_FILTER, to: 'soon' }, 'activity')).toMatchObject({ to: 'soon' });
});

it('searches an email address as such', () => {
  const query = toQuery({ ...NO_FILTER, recipient: 'ann@example.com' }, 'activity');
  expect(query).toMatchObject({ email: 'ann@example.com' });
  expect(query).not.toHaveProperty('phoneNumber');
});

it('leaves out the calls that are nothing else, unless they are asked for', () => {
  expect(toQuery(NO_FILTER, 'activity')).toMatchObject({ calls: 'false' });
  expect(toQuery({ ...NO_FILTER, calls: 'true' }, 'activity')).toMatchObject({ calls: '' });
  expect(toQuery({ ...NO_FILTER, action: 'api_call' }, 'activity')).toMatchObject({ calls: '' });
  expect(toQuery(NO_FILTER, 'errors')).toMatchObject({ calls: '' });
});
