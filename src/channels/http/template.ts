/** What a template may contain, as `{{name}}`. */
export const placeholders = [
  'to',
  'toDigits',
  'code',
  'text',
  'messageId',
  'locale',
  'companyName',
  'verificationId',
] as const;
export type Placeholder = (typeof placeholders)[number];

export type PlaceholderValues = Readonly<Record<Placeholder, string>>;

/** A text with placeholders. Values are encoded for their place, so that none can change what surrounds it. */
export type Template = {
  /** The placeholders that occur in it. */
  readonly names: ReadonlySet<Placeholder>;
  fill(values: PlaceholderValues): string;
};

/** A template has a mistake. `message` says which, and repeats nothing but the name of a placeholder. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

const PLACEHOLDER = /\{\{\s*(\w*)\s*\}\}/g;

/** Parses a JSON body. Placeholders are in its strings. @throws {TemplateError} */
export function parseJsonTemplate(text: string): Template {
  const body = readJson(text);
  return {
    names: findNames(listStrings(body)),
    fill: (values) => JSON.stringify(mapStrings(body, (one) => fillText(one, values))),
  };
}

/** Parses a form, such as `to={{to}}&text={{text}}`. @throws {TemplateError} */
export function parseFormTemplate(text: string): Template {
  const pairs = [...new URLSearchParams(text)];
  return {
    names: findNamesInPairs(pairs),
    fill: (values) => encodePairs(pairs, values),
  };
}

/** Parses a URL with placeholders in its query. Without any, it is used as it is. @throws {TemplateError} */
export function parseUrlTemplate(text: string): Template {
  const [beforeQuery = ''] = text.split('?', 1);
  if (beforeQuery.includes('{{')) {
    throw new TemplateError('may have placeholders only in its query, after the ?');
  }
  const pairs = [...new URL(text).searchParams];
  const names = findNamesInPairs(pairs);
  if (names.size === 0) return { names, fill: () => text };
  return {
    names,
    fill(values) {
      const url = new URL(text);
      url.search = encodePairs(pairs, values);
      return url.href;
    },
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new TemplateError('must be JSON, with placeholders in quotes, such as {"to":"{{to}}"}');
  }
}

/** Lists the placeholders in the values of a form or a query. @throws {TemplateError} */
function findNamesInPairs(pairs: readonly (readonly [string, string])[]) {
  refuseInFieldNames(pairs.map(([name]) => name));
  return findNames(pairs.map(([, value]) => value));
}

function refuseInFieldNames(names: readonly string[]): void {
  if (names.some((name) => name.includes('{{'))) {
    throw new TemplateError('may have placeholders only in values, not in names of fields');
  }
}

/** Lists the placeholders in texts. @throws {TemplateError} if one is not known. */
function findNames(texts: readonly string[]): ReadonlySet<Placeholder> {
  const found = texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, name]) => name));
  const unknown = found.find((name) => !isPlaceholder(name));
  if (unknown !== undefined) {
    const known = placeholders.map((name) => `{{${name}}}`).join(', ');
    throw new TemplateError(`has the unknown placeholder {{${unknown}}}; use ${known}`);
  }
  if (texts.some((text) => text.replaceAll(PLACEHOLDER, '').includes('{{'))) {
    throw new TemplateError('has a {{ that does not begin a placeholder such as {{to}}');
  }
  return new Set(found.filter(isPlaceholder));
}

function isPlaceholder(name: string | undefined): name is Placeholder {
  return placeholders.some((one) => one === name);
}

/** Fills in all placeholders at once, so that a value that looks like a placeholder stays as it is. */
function fillText(text: string, values: PlaceholderValues): string {
  return text.replaceAll(PLACEHOLDER, (match: string, name: string) =>
    isPlaceholder(name) ? values[name] : match,
  );
}

/** Lists the strings in a JSON value. @throws {TemplateError} if the name of a field has a placeholder. */
function listStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  refuseInFieldNames(Object.keys(value));
  return Object.values(value).flatMap(listStrings);
}

/** Replaces the strings in a JSON value, but not the names of its fields. */
function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, mapStrings(field, map)]);
  return Object.fromEntries(fields);
}

/** Encodes a form or a query. A blank becomes %20, which every server understands in both. */
function encodePairs(pairs: readonly [string, string][], values: PlaceholderValues): string {
  const filled = pairs.map(([name, value]): [string, string] => [name, fillText(value, values)]);
  return new URLSearchParams(filled).toString().replaceAll('+', '%20');
}
