import { readFileSync } from 'node:fs';

type Response = { readonly description: string; readonly content?: object };
type Operation = { readonly responses: Readonly<Record<string, Response>> };
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

type Asked = { readonly method: string; readonly path: string };

type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: { readonly code?: string };
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
export function assertDocumented(asked: Asked, { status, headers, body }: Answered): void {
  // What the server refuses itself, such as a header that is too long, reaches no operation.
  if (headers['x-request-id'] === undefined) return;
  const operation = findOperation(asked);
  const code = status < 400 ? undefined : body.code;
  if (!operation || BEFORE_THE_ROUTE.includes(code ?? '')) return;
  const type = headers['content-type']?.toString().split(';', 1)[0];
  if (isDescribed(operation.responses[status], { type, code })) return;
  const { method, path } = asked;
  throw new Error(`docs/openapi.json lacks: ${method} ${path} ${status} ${type} ${code ?? ''}`);
}

type Found = { readonly type: string | undefined; readonly code: string | undefined };

function isDescribed(answer: Response | undefined, { type, code }: Found): boolean {
  if (!answer) return false;
  const isNamed = code === undefined || answer.description.includes(`\`${code}\``);
  return isNamed && (type === undefined || type in (answer.content ?? {}));
}

function findOperation({ method, path }: Asked): Operation | undefined {
  const name = method === 'HEAD' ? 'get' : method.toLowerCase();
  return patterns.find(({ pattern }) => pattern.test(path))?.item[name];
}
