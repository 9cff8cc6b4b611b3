import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../src/shared/json.ts';
import { schemaProblems } from '../../../src/simulator/schemas.ts';
import { RESOURCE_SCHEMAS, resourceSchema } from '../../helpers/recorded/resource-schemas.ts';

interface Body {
  readonly type: string;
  readonly apiVersion: string;
  readonly body: JsonObject;
}

const bodies = JSON.parse(
  readFileSync(new URL('../../fixtures/azure/bodies.json', import.meta.url), 'utf8'),
) as readonly Body[];

/** The body with one thing wrong: a member left out, an unknown one, a read-only one, a value of another kind. */
function* mutations(body: JsonObject): Generator<JsonObject> {
  for (const path of paths(body)) {
    yield edit(body, path, () => undefined);
    yield edit(body, path, (value) => (typeof value === 'string' ? 7 : 'another kind'));
    yield edit(body, path, (value) => (isJsonObject(value) ? { ...value, nonsense: true } : value));
    yield edit(body, path, (value) => (isJsonObject(value) ? { ...value, provisioningState: 'Succeeded' } : value));
  }
  yield { ...body, systemData: {} };
}

function paths(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => [[...path, String(index)], ...paths(item, [...path, String(index)])]);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...path, key], ...paths(member, [...path, key])]);
}

function edit(value: Json, path: readonly string[], change: (value: Json) => Json | undefined): JsonObject {
  const copy = structuredClone(value) as JsonObject;
  let parent: JsonObject = copy;
  for (const key of path.slice(0, -1)) parent = parent[key] as JsonObject;
  const last = path.at(-1) ?? '';
  const changed = change(parent[last] ?? null);
  if (changed !== undefined) parent[last] = changed;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

describe('request bodies', () => {
  it('are there for every schema', () => {
    const wanted = RESOURCE_SCHEMAS.map(({ 'x-arm': { type, action } }) => (action ? `${type}/${action}` : type));
    expect(bodies.map(({ type }) => type).sort()).toEqual(wanted.sort());
  });

  it.each(bodies.map((body) => [`${body.type}@${body.apiVersion}`, body] as const))(
    'of %s are refused exactly where the schema refuses them',
    (_title, { type, apiVersion, body }) => {
      const reference = new Ajv2020({ strict: false }).compile(resourceSchema(type, apiVersion) ?? false);
      expect(schemaProblems(type, body)).toEqual([]);
      let refused = 0;
      for (const mutated of mutations(body)) {
        const isValid = reference(mutated);
        refused += isValid ? 0 : 1;
        expect([mutated, schemaProblems(type, mutated)?.length === 0]).toEqual([mutated, isValid]);
      }
      if (Object.keys(body).length > 0) expect(refused).toBeGreaterThan(0);
    },
  );
});
