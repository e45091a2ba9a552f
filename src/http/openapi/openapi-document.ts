import type { Permission } from '../../domain/access/permissions.ts';
import { routeAccess } from '../access-table.ts';
import type { createRouter } from '../router.ts';
import { headerComponents } from './headers.ts';
import { openApiInfo, securitySchemes } from './openapi-info.ts';

type Operation = { security?: unknown; description?: string };

const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Builds the OpenAPI document of an app from its routes and what they require. */
export function buildOpenApiDocument(app: ReturnType<typeof createRouter>) {
  const document = app.getOpenAPI31Document(openApiInfo);
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations as Record<string, Operation>)) {
      describeAccess(operation, `${method.toUpperCase()} ${toPattern(path)}`);
    }
  }
  const components = { ...document.components, headers: headerComponents, securitySchemes };
  return { ...document, components };
}

/** OpenAPI 3.1 allows roles for any security scheme (section 4.8.30). */
function describeAccess(operation: Operation, route: string): void {
  const access = routeAccess[route];
  if (access === undefined || access === 'public') {
    operation.security = [];
    return;
  }
  operation.security = [{ apiKey: access }, { bearer: access }];
  if (access.length === 0) return;
  const needs = `Needs ${alternatives.format(access.map(nameOf))}.`;
  operation.description = [operation.description, needs].filter(Boolean).join(' ');
}

/** `operate` is no scope that a key can have. */
function nameOf(permission: Permission): string {
  return permission === 'operate' ? 'an operator' : `\`${permission}\``;
}

/** Converts `{id}` of the document to `:id` of the router. */
function toPattern(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
