import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { schemaOf, schemaProblems } from '../../../src/simulator/schemas.ts';

const FOLDER = fileURLToPath(new URL('../../../src/simulator/schemas', import.meta.url));
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => /@.*\.json$/.test(file));

describe('the schemas of the simulator', () => {
  it('are schemas, by their own meta-schema, so that no process has to look', () => {
    const ajv = new Ajv2020({ strict: false });
    const wrong = FILES.filter((file) => !ajv.validateSchema(JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'))));
    expect(FILES.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it('tell what a type has, and what is wrong with a body', () => {
    const version = '2020-05-01';
    expect(schemaOf('Microsoft.Authorization/locks', version)).toMatchObject({ type: 'object' });
    expect(schemaOf('Microsoft.Nothing/atAll', version)).toBeUndefined();
    expect(schemaProblems('Microsoft.Authorization/locks', { properties: { level: 'CanNotDelete' } }, version)).toEqual(
      [],
    );
    expect(schemaProblems('Microsoft.Authorization/locks', { properties: { level: 7 } }, version)).not.toEqual([]);
  });
});
