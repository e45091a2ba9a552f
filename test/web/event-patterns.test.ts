import { expect, it } from 'vitest';
import { eventTypes, findPatternFaults } from '../../src/domain/webhooks/event-types.ts';
import {
  isIncluded,
  listPatterns,
  togglePattern,
} from '../../web/console/webhooks/event-patterns.ts';

it('offers every type once, and only patterns that the API takes', () => {
  const offered = listPatterns(eventTypes, []).flatMap(({ patterns }) => patterns);
  expect(findPatternFaults(offered)).toEqual([]);
  expect(offered.filter((pattern) => !pattern.endsWith('.*')).sort()).toEqual(
    [...eventTypes].sort(),
  );
});

it('keeps a chosen pattern that it does not offer', () => {
  const groups = listPatterns(eventTypes, ['limit.*', 'later.event', 'session.*', '*']);
  const others = groups.find(({ name }) => name === 'other')?.patterns ?? [];
  expect(others.slice(-2)).toEqual(['limit.*', 'later.event']);
});

it('lets a pattern replace those that it includes', () => {
  const one = togglePattern(['session.opened'], 'verification.approved');
  expect(one).toEqual(['session.opened', 'verification.approved']);
  const group = togglePattern(one, 'verification.*');
  expect(group).toEqual(['session.opened', 'verification.*']);
  expect(isIncluded(group, 'verification.expired')).toBe(true);
  expect(isIncluded(group, 'verification.*')).toBe(false);
  expect(isIncluded(group, 'session.closed')).toBe(false);
  const all = togglePattern(group, '*');
  expect(all).toEqual(['*']);
  expect(isIncluded(all, 'verification.*')).toBe(true);
  expect(togglePattern(all, '*')).toEqual([]);
});
