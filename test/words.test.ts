import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../', import.meta.url).pathname;

/** What is checked so far. Add a folder or file once its words are clean. */
const COVERED = [
  'bench',
  'config',
  'database',
  'deploy',
  'scripts',
  'src/app',
  'src/bus',
  'src/channels',
  'src/cli',
  'src/domain',
  'src/http',
  'src/jobs',
  'src/lib',
  'src/main.ts',
  'src/serve.ts',
  'src/waverify.ts',
  'src/services',
  'src/storage',
  'docs/README.md',
  'docs/accounts-and-keys.md',
  'docs/adr',
  'docs/analytics.md',
  'docs/api.md',
  'docs/architecture.md',
  'docs/channels.md',
  'docs/console.md',
  'docs/deploy.md',
  'docs/gateway.md',
  'docs/getting-started.md',
  'docs/guides',
  'docs/hooks.md',
  'docs/monitoring.md',
  'docs/operations.md',
  'docs/pages.md',
  'docs/texts.md',
  'docs/upgrading.md',
  'docs/whatsapp.md',
  'test/INVARIANTS.md',
  'web',
  '.env.example',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'README.md',
  'SECURITY.md',
];

/** Not read: other people's code, generated files, and migrations, which never change. */
const SKIPPED = /(^|\/)(node_modules|package-lock\.json)$|^database\/(migrations|snapshot)$/;
const READ = /\.(ts|tsx|mjs|md|example)$/;

/** Words that are never right in comments, strings, names or documents, with what to write instead. */
const WORDS: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bwho(?:m)?ever\b/i, 'the caller, a user, anyone who'],
  [/\b(?:somebody|nobody)\b/i, 'someone, a user, no one'],
  [/\banew\b/i, 'again'],
  [/\bany more\b(?! than)/i, 'no longer'],
  [/\bon record\b/i, 'stored, logged'],
  [/\bby itself\b/i, 'automatically, separately'],
  [/\bof late\b/i, 'recently'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix'],
  [/\btold\b/i, 'reported, returned'],
  // But for a value of the field `use` of a session.
  [/(?<!['"`])passcode|passcode(?!s['"`])/i, 'code'],
  [/\be-mails?\b/i, 'email'],
  [/\binstallation's key\b|\bkey of the environment\b/i, 'bootstrap key'],
];

/** A guess is an attempt in names; a secret that is easy to guess may be called so. */
const GUESS = /[A-Za-z_$]*guess[A-Za-z_$]*/gi;

/** A function that is exported is a verb: `createBuffering` says neither what it makes nor what it does. */
const CREATE_ING = /\bexport (?:async )?(?:function|const) (create[A-Z]\w*ing)\b/g;

/** In this order, so that a quote in a comment opens no string. */
const COMMENTS_AND_STRINGS =
  /\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** Accepted: a list of weak secrets, a name that services import, a key of the console's texts, and the API's `guess`. */
const KNOWN = new Set([
  'config/secrets/secret-strength.ts: passcode',
  'src/lib/network.ts: createCovering',
  'src/domain/access/password.ts: e-mail',
  'web/console/timeline/timeline.tsx: guess',
]);

/** Names each banned word and name in the text of a file. */
function findFaults(file: string, text: string): string[] {
  const words = WORDS.flatMap(([word, instead]) => {
    const [found] = word.exec(text.replaceAll(/\n\s*(?:\*|\/\/|#)?\s*/g, ' ')) ?? [];
    return found === undefined ? [] : [{ found, instead }];
  });
  const isCode = /\.(ts|tsx|mjs)$/.test(file);
  const code = isCode ? text.replaceAll(COMMENTS_AND_STRINGS, '') : '';
  const names = [
    ...(code.match(GUESS) ?? []).map((found) => ({ found, instead: 'attempt' })),
    ...[...code.matchAll(CREATE_ING)].map(([, found = '']) => ({ found, instead: 'a verb' })),
  ];
  return [...words, ...names]
    .filter(({ found }) => !KNOWN.has(`${file}: ${found}`))
    .map(({ found, instead }) => `${file}: "${found}" (write: ${instead})`);
}

function listFiles(path: string): string[] {
  if (SKIPPED.test(path)) return [];
  if (!statSync(ROOT + path).isDirectory()) return READ.test(path) ? [path] : [];
  return readdirSync(ROOT + path).flatMap((name) => listFiles(`${path}/${name}`));
}

it('uses the words of docs/style.md', () => {
  const files = COVERED.flatMap(listFiles);
  expect(files.length).toBeGreaterThan(150);
  expect(files.flatMap((file) => findFaults(file, readFileSync(ROOT + file, 'utf8')))).toEqual([]);
});

it.each([
  ['a comment', '/** Whoever holds the lease. */'],
  ['a comment over two lines', '/** It is not valid any\n * more. */'],
  ['a string', "throw new Error('Somebody has it already');"],
  ['a template', 'print(`$' + '{name} is on record`);'],
  ['a document', 'The session starts anew.'],
  ['a name', 'const passcodeLength = 6;'],
  ['a name for an attempt', 'const mostGuesses = 3;'],
  ['a constant for an attempt', 'const MOST_GUESSES = 3;'],
  ['a factory that is no verb', 'export function createIssuing() {}'],
])('finds a fault in %s', (_, text) => {
  expect(findFaults('src/example.ts', text)).toHaveLength(1);
});

it.each([
  ['a secret that is easy to guess', "'is too easy to guess'; // anyone could guess it"],
  ['a verb', 'export function createSettings() {} export const createdAt = 1;'],
  ['a local factory', 'const createListening = () => {};'],
  ['words that contain others', 'const recommended = renewed.recorded;'],
])('accepts %s', (_, text) => {
  expect(findFaults('src/example.ts', text)).toEqual([]);
});
