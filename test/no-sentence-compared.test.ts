import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../', import.meta.url).pathname;

/** Words of libraries that have no code for what they say: each is turned into one where it is read. */
const FOREIGN = new Set([
  'received undefined', // zod
  'QR refs', // Baileys
  'WebSocket was closed before the connection was established', // ws
]);

const SENTENCE = /[a-z] [a-z]/i;
const ASKING = new Set([
  'includes',
  'startsWith',
  'endsWith',
  'indexOf',
  'has',
  'get',
  'localeCompare',
]);
const COMPARISONS = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** Sentences that a file compares with something, or looks something up by. */
function findCompared(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const constants = new Map<string, string>();

  function note(node: ts.Node | undefined): void {
    if (!node) return;
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isIdentifier(node)
        ? constants.get(node.text)
        : undefined;
    if (text !== undefined && SENTENCE.test(text) && !FOREIGN.has(text)) found.push(text);
  }

  function collect(node: ts.Node): void {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) {
      const { initializer } = node;
      if (initializer && ts.isStringLiteralLike(initializer)) {
        constants.set(node.name.text, initializer.text);
      }
    }
    ts.forEachChild(node, collect);
  }

  function visit(node: ts.Node): void {
    operandsOf(node, source).forEach(note);
    ts.forEachChild(node, visit);
  }

  collect(source);
  visit(source);
  return found;
}

/** What a node compares, or looks up by. */
function operandsOf(node: ts.Node, source: ts.SourceFile): readonly ts.Node[] {
  if (ts.isBinaryExpression(node)) {
    return COMPARISONS.has(node.operatorToken.kind) ? [node.left, node.right] : [];
  }
  if (ts.isCaseClause(node)) return [node.expression];
  if (ts.isPropertyAssignment(node)) return ts.isStringLiteral(node.name) ? [node.name] : [];
  if (ts.isNewExpression(node)) return madeOf(node, source);
  return ts.isCallExpression(node) ? askedBy(node) : [];
}

/** What a set is made of. */
function madeOf(node: ts.NewExpression, source: ts.SourceFile): readonly ts.Node[] {
  return node.expression.getText(source) === 'Set' ? elementsOf(node.arguments?.[0]) : [];
}

function askedBy({ expression, arguments: given }: ts.CallExpression): readonly ts.Node[] {
  if (!ts.isPropertyAccessExpression(expression) || !ASKING.has(expression.name.text)) return [];
  return [...given.slice(0, 1), ...elementsOf(expression.expression)];
}

function elementsOf(list: ts.Node | undefined): readonly ts.Node[] {
  return list && ts.isArrayLiteralExpression(list) ? list.elements : [];
}

function listSources(folder: string): string[] {
  const paths = readdirSync(`${ROOT}${folder}`, { recursive: true }).map(String);
  return paths.filter((path) => /\.tsx?$/.test(path)).map((path) => `${folder}/${path}`);
}

function read(text: string, path = 'file.tsx'): string[] {
  return findCompared(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
}

describe('sentences are for people', () => {
  it('no program compares one, or finds something by one', () => {
    const paths = ['src', 'web'].flatMap(listSources);
    expect(paths.length).toBeGreaterThan(250);
    const compared = paths.flatMap((path) =>
      read(readFileSync(`${ROOT}${path}`, 'utf8'), path).map((sentence) => `${path}: ${sentence}`),
    );
    // What is wrong with a field is told by the API in words alone.
    expect(compared.filter((one) => !/^web\/i18n\/\w+\.ts: problem\./.test(one))).toEqual([]);
  });

  it.each([
    `if (details === 'wrong passcode') wrong();`,
    `const WRONG = 'wrong passcode'; const isWrong = guess.details === WRONG;`,
    `const ends = { 'a caller ended it': 'verdict.ended' };`,
    `switch (reason) { case 'the line was cut': break; }`,
    `const shown = new Set(['no guesses are left']);`,
    `const isOver = reason.includes('time was over');`,
  ])('and this test would see it in %s', (text) => {
    expect(read(text)).toHaveLength(1);
  });

  it('the API answers codes where a program may ask for a reason, an outcome or details', () => {
    const document = JSON.parse(readFileSync(`${ROOT}docs/openapi.json`, 'utf8'));
    const seen = findFields(document.components.schemas, '');
    expect(seen.length).toBeGreaterThan(8);
    expect(seen.filter(({ isClosed }) => !isClosed).map(({ path }) => path)).toEqual([
      // Of most actions the log says who did what; those of `otp_verify` and the like are named codes.
      'Activity.details',
      // What is known of a person, with all that the channels said.
      'LoggedDelivery.details',
    ]);
  });
});

type Schema = { readonly [name: string]: unknown };
type Field = { readonly path: string; readonly isClosed: boolean };

const ASKED = new Set(['reason', 'outcome', 'details', 'kind', 'state', 'contactsBlockedBy']);
/** Facts of their own that are told in passing. */
const ELSEWHERE = /^(SessionStats|UsageEntry)\b/;

function findFields(schemas: Schema, parent: string): Field[] {
  return Object.entries(schemas).flatMap(([name, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    const schema = value as Schema;
    const path = parent === '' ? name : parent;
    const properties = Object.entries((schema['properties'] ?? {}) as Schema)
      .filter(([field]) => ASKED.has(field) && !ELSEWHERE.test(path))
      .map(([field, of]) => ({
        path: `${path}.${field}`,
        isClosed: Array.isArray((of as Schema)['enum']),
      }));
    return [...properties, ...findFields(schema, path)];
  });
}
