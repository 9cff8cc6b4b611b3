import { problemSchema } from '../../domain/api/problem.ts';
import { type Answer, PROBLEM_TYPE, ROUTES, type RouteDefinition } from '../../domain/api/routes.ts';
import { ENVIRONMENT_NAME } from '../../domain/environment-name.ts';
import { RUN_ID } from '../../domain/runs/run-id.ts';
import type { JsonObject } from '../../shared/json.ts';
import { Components, schemaOf } from './components.ts';

const PARAMETERS: Readonly<Record<string, { readonly description: string; readonly pattern: string }>> = {
  environment: { description: 'Name of an environment.', pattern: ENVIRONMENT_NAME.source },
  runId: { description: 'Id of a run.', pattern: RUN_ID.source },
  file: { description: 'A file of the page.', pattern: '^[a-z.]+$' },
};

/** What every route that asks for a key may answer. */
const EVERYWHERE: Readonly<Record<number, Answer>> = {
  401: { description: 'No key, or a wrong one; with roles: nobody is signed in.' },
  403: {
    description: 'The caller has none of the roles.',
    body: problemSchema,
    contentType: PROBLEM_TYPE,
    isText: true,
  },
  503: { description: 'The storage cannot be reached.', body: problemSchema, contentType: PROBLEM_TYPE, isText: true },
};

/** OpenAPI 3.1 of every route, from the schemas that the handlers themselves parse with. */
export function openApiDocument(version: string, base: string): JsonObject {
  const components = new Components();
  const paths: Record<string, JsonObject> = {};
  for (const [name, route] of Object.entries(ROUTES) as [string, RouteDefinition][]) {
    const path = `/${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, components) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'draftgenie-deploy', version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: base.replace(/\/$/, '') }],
    security: [{ key: [] }, { keyInQuery: [] }],
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        keyInQuery: { type: 'apiKey', in: 'query', name: 'code' },
      },
    },
  };
}

function operation(operationId: string, route: RouteDefinition, components: Components): JsonObject {
  const { summary, roles, body } = route;
  return {
    operationId,
    summary,
    ...(roles ? { description: `Roles, where they are asked for: ${roles.join(', ')}.` } : { security: [] }),
    parameters: [...pathParameters(route), ...queryParameters(route, components), ...headerParameters(route)],
    ...(body && { requestBody: { required: true, content: requestContent(body, components) } }),
    responses: Object.fromEntries(
      Object.entries({ ...(roles && EVERYWHERE), ...route.answers }).map(([status, answer]) => [
        status,
        response(answer, components),
      ]),
    ),
  };
}

function pathParameters({ path }: RouteDefinition): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const { description = '', pattern = '' } = PARAMETERS[name] ?? {};
    return { name, in: 'path', required: true, description, schema: { type: 'string', pattern } };
  });
}

function queryParameters({ query }: RouteDefinition, components: Components): JsonObject[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query) as { properties?: JsonObject; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: components.inParts(schema ?? {}),
  }));
}

function headerParameters({ headers = {} }: RouteDefinition): JsonObject[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
}

function requestContent(body: NonNullable<RouteDefinition['body']>, components: Components): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([type, schema]) => [
      type,
      { schema: schema ? components.reference(schema, 'input') : { type: 'string' } },
    ]),
  );
}

function response(
  { description, body, contentType = 'application/json', isText }: Answer,
  components: Components,
): JsonObject {
  if (!body) return { description };
  const text: JsonObject = isText ? { 'text/plain': { schema: { type: 'string' } } } : {};
  return { description, content: { [contentType]: { schema: components.reference(body, 'output') }, ...text } };
}
