import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/domain/api/routes.ts';
import { openApiDocument } from '../../../src/triggers/http/openapi.ts';

const document = openApiDocument('1.0.0', '/api/');

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  it('has an operation for every route, with its parameters', () => {
    const paths = document.paths as Record<string, Record<string, { operationId: string }>>;
    const operations = Object.values(paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect([...operations].sort()).toEqual(Object.keys(ROUTES).sort());
    expect(paths['/environments/{environment}/deployments']).toHaveProperty('post');
  });

  it('refers only to schemas that it has', () => {
    const { schemas } = document.components as { schemas: Record<string, unknown> };
    const references = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((name = '') => !(name in schemas))).toEqual([]);
  });
});
