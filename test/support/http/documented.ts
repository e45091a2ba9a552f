import { readFileSync } from 'node:fs';

type Operation = {
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: object }>
  >;
};
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

type Seen = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly type: string | undefined;
  readonly code: string | undefined;
};

const FILE = new URL('../../../docs/openapi.json', import.meta.url);

/** What is said of the address or the connection, not by the operation. */
const BEFORE_THE_ROUTE = ['method_not_allowed'];

const { paths } = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly paths: Paths };
const patterns = Object.keys(paths)
  // A path that is spelled out comes before one with parameters.
  .sort((a, b) => a.split('{').length - b.split('{').length)
  .map((path) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '[.]').replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?|$)`),
    item: paths[path] ?? {},
  }));

/**
 * Fails when an operation answered what the document does not say of it: another status, another type
 * of content, or a failure whose code it does not name.
 */
export function assertDocumented(seen: Seen): void {
  const operation = findOperation(seen);
  if (!operation || BEFORE_THE_ROUTE.includes(seen.code ?? '')) return;
  const answer = operation.responses[seen.status];
  const isNamed = seen.code === undefined || answer?.description.includes(`\`${seen.code}\``);
  const isOfType = seen.type === undefined || (answer?.content && seen.type in answer.content);
  if (answer && isNamed && isOfType) return;
  const { method, path, status, type, code } = seen;
  throw new Error(`docs/openapi.json lacks: ${method} ${path} ${status} ${type} ${code ?? ''}`);
}

function findOperation({ method, path }: Seen): Operation | undefined {
  const name = method === 'HEAD' ? 'get' : method.toLowerCase();
  return patterns.find(({ pattern }) => pattern.test(path))?.item[name];
}
