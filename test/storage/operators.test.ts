import { Op as theirs } from 'sequelize';
import { expect, it } from 'vitest';
import { Op } from '../../src/storage/operators.ts';

it('the operators of conditions are those of Sequelize', () => {
  expect(theirs).toMatchObject(Op);
});
