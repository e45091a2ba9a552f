import { expect, it } from 'vitest';
import { NO_FILTER, toQuery } from '../../web/console/logs/log-filter.ts';

it('asks for the last day with all its hours', () => {
  const query = toQuery({ ...NO_FILTER, from: '2026-02-28', to: '2026-02-28' });
  expect(query).toMatchObject({ from: '2026-02-28', to: '2026-03-01' });
  expect(query['timeZone']).toBeTruthy();
  const { recipient: _, ...nothing } = NO_FILTER;
  expect(toQuery(NO_FILTER)).toEqual({ ...nothing, phoneNumber: '' });
  expect(toQuery({ ...NO_FILTER, to: 'soon' })).toMatchObject({ to: 'soon' });
});

it('searches an email address as such', () => {
  const query = toQuery({ ...NO_FILTER, recipient: 'ann@example.com' });
  expect(query).toMatchObject({ email: 'ann@example.com' });
  expect(query).not.toHaveProperty('phoneNumber');
});
