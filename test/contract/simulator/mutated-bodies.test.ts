import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../src/shared/json.ts';
import { schemaProblems } from '../../../src/simulator/schemas.ts';
import { sharedDirectory, sharedMissing } from '../../helpers/shared.ts';

interface Body {
  readonly title: string;
  readonly file: string;
  readonly type: string;
  readonly body: JsonObject;
}

/** The tested bodies of contracts.md, each with the schema it belongs to. */
function testedBodies(): readonly Body[] {
  const folder = `${sharedDirectory}/azure`;
  const text = readFileSync(`${folder}/contracts.md`, 'utf8');
  const files = readdirSync(`${folder}/schemas`);
  return [
    ...text.matchAll(/^### (\S+)(?: : (\w+))? +\(([\d-]+(?:preview)?)\)[\s\S]*?```json\n([\s\S]*?)```/gm),
  ].flatMap(([, type = '', action, version, json = '{}']): Body[] => {
    const name = `${type.replaceAll('/', '.')}${action ? `.${action}.input` : ''}@${version}.json`;
    const full = action ? `${type}/${action}` : type;
    return files.includes(name) && schemaProblems(full, {}) !== undefined
      ? [
          {
            title: `${full}@${version}`,
            file: `${folder}/schemas/${name}`,
            type: full,
            body: JSON.parse(json) as JsonObject,
          },
        ]
      : [];
  });
}

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

if (sharedDirectory === undefined) process.stdout.write(`mutated-bodies.test.ts: ${sharedMissing}\n`);

describe.skipIf(sharedDirectory === undefined)('request bodies', () => {
  const bodies = sharedDirectory === undefined ? [] : testedBodies();

  it('of every simulated type are among the tested ones', () => {
    expect(bodies.length).toBeGreaterThanOrEqual(18);
  });

  it.each(bodies.map((body) => [body.title, body] as const))(
    'of %s are refused exactly where the schema refuses them',
    (_title, { file, type, body }) => {
      const reference = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')));
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
