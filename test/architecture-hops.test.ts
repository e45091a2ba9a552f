import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** A file that a call passes through: the function that it enters by, and what that calls in the next file. */
type Step = { readonly file: string; readonly enters: string; readonly calls: string };

type Journey = { readonly title: string; readonly most: number; readonly steps: readonly Step[] };

const step = (file: string, enters: string, calls: string): Step => ({
  file: `src/${file}`,
  enters,
  calls,
});

const ROUTE = step('http/api/verification/send-routes.ts', 'send', 'startVerification');
const START = 'services/verification/start-verification.ts';
const DELIVERING = [
  ROUTE,
  step(START, 'startVerification', 'deliver'),
  step('services/delivery/deliver.ts', 'deliver', 'channel.send'),
];
const VERIFICATION_STORE = 'storage/verification/verification-store.ts';

const journeys: readonly Journey[] = [
  {
    title: 'a send to the INSERT of its row',
    most: 5,
    steps: [
      ROUTE,
      step(START, 'startVerification', 'createVerification'),
      step(
        'services/verification/create-verification.ts',
        'createVerification',
        'verifications.open',
      ),
      step(VERIFICATION_STORE, 'open', 'procedures.openVerification'),
      step('storage/dialects/mysql/procedures.ts', 'openVerification', 'OTPLog.createOTP'),
    ],
  },
  {
    title: 'a send to a gateway',
    most: 4,
    steps: [...DELIVERING, step('channels/http/http-channel.ts', 'send', 'client.request')],
  },
  {
    title: 'a send to the terminal',
    most: 4,
    steps: [...DELIVERING, step('channels/console/console-channel.ts', 'send', 'print')],
  },
  {
    title: 'a send to the WhatsApp socket',
    most: 8,
    steps: [
      ...DELIVERING,
      step('channels/whatsapp/whatsapp-channel.ts', 'send', 'candidates.find'),
      step('channels/whatsapp/sending/candidates.ts', 'find', 'messenger.deliverCode'),
      step('channels/whatsapp/sending/messenger.ts', 'deliverCode', 'session.sendQueue.send'),
      step('channels/whatsapp/session/send-queue.ts', 'send', 'socket.send'),
      step('channels/whatsapp/protocol/socket.ts', 'send', 'socket.sendMessage'),
    ],
  },
  {
    title: 'a check to the UPDATE that spends an attempt',
    most: 5,
    steps: [
      step('http/api/verification/otp-routes.ts', 'otpRoutes', 'checkCode'),
      step('services/verification/check-code.ts', 'checkCode', 'verifications.spendAttempt'),
      step(VERIFICATION_STORE, 'spendAttempt', 'SPEND_ATTEMPT'),
    ],
  },
  {
    title: 'a receipt from the WhatsApp socket to its row',
    most: 6,
    steps: [
      step('channels/whatsapp/protocol/socket.ts', 'openSocket', 'events.onReceipt'),
      step('channels/whatsapp/session/session.ts', 'onReceipt', 'options.onReceipt'),
      step('channels/whatsapp/pool.ts', 'onReceipt', 'options.onReceipt'),
      step('app/parts/delivery.ts', 'onReceipt', 'recordReceipt'),
      step('services/delivery/record-receipt.ts', 'recordReceipt', 'deliveries.markDelivered'),
      step('storage/delivery/delivery-store.ts', 'markDelivered', ''),
    ],
  },
];

describe('the files that a call passes through', () => {
  it.each(journeys)('$title: $most at most', ({ steps, most }) => {
    expect(steps.length).toBeLessThanOrEqual(most);
    for (const [index, { file, enters, calls }] of steps.entries()) {
      const functions = readFunctions(file);
      expect([...functions.keys()], file).toContain(enters);
      if (calls !== '')
        expect(reachesCall(functions, enters, calls), `${file}: ${calls}`).toBe(true);
      const next = steps[index + 1];
      if (next) expectLink({ file, calls }, next);
    }
  });
});

/** What is called has the name by which the next file is entered, and a plain name is imported from there. */
function expectLink({ file, calls }: Pick<Step, 'file' | 'calls'>, next: Step): void {
  expect(calls.split('.').at(-1)).toBe(next.enters);
  if (!calls.includes('.')) expect(importsOf(file).get(calls)).toBe(next.file);
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

/** Where each imported name of a file comes from. */
function importsOf(file: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of parse(file).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier))
      continue;
    const from = normalize(join(dirname(file), statement.moduleSpecifier.text));
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    for (const { name } of bindings.elements) found.set(name.text, from);
  }
  return found;
}

/** The functions of a file by name, wherever they stand in it. */
function readFunctions(file: string): Map<string, ts.Node> {
  const found = new Map<string, ts.Node>();
  const visit = (node: ts.Node): void => {
    const name = nameOfFunction(node);
    if (name !== undefined) found.set(name, node);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

function nameOfFunction(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  const isNamed = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node);
  const isFunction = isNamed && node.initializer && ts.isArrowFunction(node.initializer);
  return isFunction ? node.name.getText() : undefined;
}

/** Whether a function calls, or hands on, what is named; it may do so through others of its file. */
function reachesCall(functions: Map<string, ts.Node>, enters: string, calls: string): boolean {
  const seen = new Set<string>();
  const waiting = [enters];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = functions.get(name);
    if (seen.has(name) || !node) continue;
    seen.add(name);
    const names = namesIn(node);
    if (names.some((one) => one === calls || one.endsWith(`.${calls}`))) return true;
    waiting.push(...names);
  }
  return false;
}

/** `a` and `a.b.c`, as far as they are used: without line breaks, and not as the name of a declaration. */
function namesIn(node: ts.Node): string[] {
  const names: string[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isPropertyAccessExpression(child)) names.push(child.getText().replaceAll(/[\s?]/g, ''));
    if (ts.isIdentifier(child)) names.push(child.text);
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return names;
}
