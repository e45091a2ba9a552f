import { routeAccess } from '../access-table.ts';
import type { createRouter } from '../router.ts';
import { headerComponents } from './headers.ts';
import { openApiInfo, securitySchemes } from './openapi-info.ts';

type Operation = { security?: unknown; description?: string };

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
  const needs = `Needs ${access.map((permission) => `\`${permission}\``).join(' or ')}.`;
  operation.description = [operation.description, needs].filter(Boolean).join(' ');
}

/** Converts `{id}` of the document to `:id` of the router. */
function toPattern(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
