import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEnv, variableNames } from '../../config/env.ts';

const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n');
const settings = lines
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('=', 2) as [name: string, value: string]);

describe('.env.example', () => {
  it('has every variable of the program once, and no other', () => {
    expect(settings.map(([name]) => name).sort()).toEqual([...variableNames].sort());
  });

  it('shows the defaults: copied as it is, it changes nothing', () => {
    const copied = readEnv(Object.fromEntries(settings), () => '');
    expect(copied).toEqual(readEnv({}, () => ''));
  });

  it('leaves empty only what has no default', () => {
    const defaults = readEnv({}, () => '') as Readonly<Record<string, unknown>>;
    for (const [name, value] of settings) {
      const standard = defaults[name] ?? '';
      const text = Array.isArray(standard) ? standard.join(',') : String(standard);
      expect(`${name}=${value}`).toBe(`${name}=${text}`);
    }
  });

  it('holds no secret', () => {
    for (const [name, value] of settings) {
      const isLimit = name.startsWith('LIMIT_');
      if (/KEY|TOKEN|PASSWORD/.test(name) && !isLimit) expect(`${name}=${value}`).toBe(`${name}=`);
    }
  });
});
