import { routeAccess } from '../access-table.ts';
import type { createRouter } from '../router.ts';
import { headerComponents } from './headers.ts';
import { openApiInfo, securitySchemes } from './openapi-info.ts';

type Operation = { security?: unknown; description?: string };

/** The OpenAPI document of an app: made from its routes, with what each asks of its caller. */
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

/** OpenAPI 3.1 lets any scheme name the roles that it takes (section 4.8.30). */
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

/** `{id}` of the document is `:id` of the router. */
function toPattern(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
