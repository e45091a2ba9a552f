import { expect, it } from 'vitest';
import { error, warning } from '../../../src/cli/doctor/finding.ts';
import { describeFindings } from '../../../src/cli/doctor/report.ts';

it('counts in the singular and the plural', () => {
  const faults = [
    error('a.check', 'Wrong', 'Fix it'),
    ...['Odd', 'Weak'].map((message) => warning('a.check', message, 'Fix it')),
  ];
  expect(describeFindings(faults)).toMatch(/\n1 error, 2 warnings$/);
  expect(describeFindings([])).toMatch(/\n0 errors, 0 warnings$/);
});
