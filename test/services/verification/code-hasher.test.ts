import { expect, it } from 'vitest';
import {
  loadArgon2Engine,
  loadNodeRsArgon2,
  loadNpmArgon2,
} from '../../../src/lib/crypto/argon2-engine.ts';
import { describeArgon2Engine } from '../../contracts/argon2-engine.ts';

describeArgon2Engine('argon2', loadNpmArgon2, loadNodeRsArgon2);
describeArgon2Engine('@node-rs/argon2', loadNodeRsArgon2, loadNpmArgon2);

it('hashes with the faster engine where it loads', async () => {
  expect((await loadArgon2Engine()).name).toBe('@node-rs/argon2');
});
