import { readFileSync } from 'node:fs';

/**
 * Compares two OpenAPI documents: `npx tsx scripts/openapi/compare-openapi.ts OLD NEW`. Prints what was added,
 * and what was removed or changed so that a client may break; then it ends with 1.
 *
 * Descriptions, examples, summaries and tags are for people and are not compared. A bound that is
 * named for the first time is an addition: it describes a rule that the service already had.
 */
type Json = { readonly [name: string]: unknown };

/** What a document says, each fact under its place: `GET /api/health answers 200 | status`. */
type Facts = Map<string, string>;

const KEYWORDS = [
  ...['enum', 'const', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'],
  ...['pattern', 'format', 'default', 'additionalProperties'],
];

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const entriesOf = (value: unknown) => Object.entries(objectOf(value));
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const needOf = (isRequired: boolean) => (isRequired ? 'required' : 'optional');

function toText(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.map(String).sort() : value);
}

/** A document, and what was read of it so far. */
type Reading = { readonly document: Json; readonly facts: Facts };

function readFacts(document: Json): Facts {
  const reading: Reading = { document, facts: new Map() };
  for (const [path, item] of entriesOf(document['paths'])) {
    for (const [method, operation] of entriesOf(item)) {
      readOperation(reading, objectOf(operation), `${method.toUpperCase()} ${path}`);
    }
  }
  return reading.facts;
}

function readOperation(reading: Reading, operation: Json, place: string): void {
  note(reading, `${place} | operation`, 'there');
  note(reading, `${place} | operationId`, operation['operationId']);
  note(reading, `${place} | security`, operation['security']);
  for (const parameter of listOf(operation['parameters']).map(objectOf)) {
    readParameter(reading, parameter, `${place} asks ${parameter['in']} ${parameter['name']}`);
  }
  if (operation['requestBody'] !== undefined) {
    const body = objectOf(operation['requestBody']);
    note(reading, `${place} asks body | field`, needOf(body['required'] === true));
    readContents(reading, body, `${place} asks body`);
  }
  for (const [status, answer] of entriesOf(operation['responses'])) {
    readAnswer(reading, objectOf(answer), `${place} answers ${status}`);
  }
}

function readParameter(reading: Reading, parameter: Json, place: string): void {
  note(reading, `${place} | field`, needOf(parameter['required'] === true));
  readSchema(reading, parameter['schema'], place);
}

function readAnswer(reading: Reading, answer: Json, place: string): void {
  note(reading, `${place} | status`, 'there');
  for (const [name] of entriesOf(answer['headers'])) {
    note(reading, `${place} ${name} | header`, 'there');
  }
  readContents(reading, answer, place);
}

function readContents(reading: Reading, holder: Json, place: string): void {
  for (const [type, media] of entriesOf(holder['content'])) {
    note(reading, `${place} ${type} | content`, 'there');
    readSchema(reading, objectOf(media)['schema'], `${place} ${type}`);
  }
}

function readSchema(reading: Reading, given: unknown, place: string): void {
  const schema = follow(reading, objectOf(given));
  const types = typesOf(reading, schema);
  note(reading, `${place} | type`, types.length > 0 ? types : undefined);
  for (const keyword of KEYWORDS) note(reading, `${place} | ${keyword}`, schema[keyword]);
  const required = listOf(schema['required']);
  for (const [name, property] of entriesOf(schema['properties'])) {
    note(reading, `${place}.${name} | field`, needOf(required.includes(name)));
    readSchema(reading, property, `${place}.${name}`);
  }
  if (schema['items'] !== undefined) readSchema(reading, schema['items'], `${place}[]`);
  const unions = ['allOf', 'anyOf', 'oneOf'].flatMap((kind) => listOf(schema[kind]));
  for (const [index, part] of unions.entries()) readSchema(reading, part, `${place}<${index}>`);
}

function note({ facts }: Reading, fact: string, value: unknown): void {
  if (value !== undefined) facts.set(fact, toText(value));
}

function follow({ document }: Reading, schema: Json): Json {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  const keys = $ref.slice(2).split('/');
  return objectOf(keys.reduce<unknown>((at, key) => objectOf(at)[key], document));
}

/** The types that a value may have; of a union, those of all its parts. */
function typesOf(reading: Reading, given: Json): readonly unknown[] {
  const { type, anyOf, oneOf } = follow(reading, given);
  if (type !== undefined) return [type].flat();
  const parts = [...listOf(anyOf), ...listOf(oneOf)];
  return [...new Set(parts.flatMap((part) => typesOf(reading, objectOf(part))))];
}

/** An enum that names more values than before is an addition. */
function isWider(fact: string, before: string, after: string): boolean {
  if (!fact.endsWith('| enum')) return false;
  const values = listOf(JSON.parse(after));
  return listOf(JSON.parse(before)).every((one) => values.includes(one));
}

/** A request may do more when a rule about it is dropped. */
function isDroppedRule(fact: string): boolean {
  return / asks .*\| (enum|const|pattern|(min|max)(Length|imum|Items))$/.test(fact);
}

/** A request that was complete before must stay complete. */
function isDemand(old: Facts, fact: string, value: string): boolean {
  const [operation] = fact.split(' asks ');
  return (
    /asks .*field$/.test(fact) && value.includes('required') && old.has(`${operation} | operation`)
  );
}

function findChanges(old: Facts, now: Facts): readonly string[] {
  return [...old].flatMap(([fact, before]) => {
    const after = now.get(fact);
    if (after === undefined) {
      return isDroppedRule(fact) ? [] : [`removed: ${fact} (was ${before})`];
    }
    if (after === before || isWider(fact, before, after)) return [];
    return [`changed: ${fact}: ${before} -> ${after}`];
  });
}

const [oldFile, newFile] = process.argv.slice(2);
if (!oldFile || !newFile) {
  console.error('usage: npx tsx scripts/openapi/compare-openapi.ts OLD NEW');
  process.exit(2);
}
const [old, now] = [oldFile, newFile].map((file) =>
  readFacts(JSON.parse(readFileSync(file, 'utf8')) as Json),
) as [Facts, Facts];
const added = [...now].filter(([fact]) => !old.has(fact));
const demands = added.filter(([fact, value]) => isDemand(old, fact, value));
const breaking = [...findChanges(old, now), ...demands.map(([fact]) => `demanded: ${fact}`)];
const additions = added.filter((one) => !demands.includes(one));
console.log(`${additions.length} additions`);
for (const [fact, value] of additions) console.log(`  ${fact} (${value})`);
console.log(`${breaking.length} breaking changes`);
for (const one of breaking) console.log(`  ${one}`);
process.exitCode = breaking.length === 0 ? 0 : 1;
