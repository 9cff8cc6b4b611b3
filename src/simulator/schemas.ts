import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json, JsonObject } from '../shared/json.ts';

const FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './schemas' : './simulator-schemas', import.meta.url),
);

// A process judges few bodies, so a function of a schema is made quickly, not made to run quickly; that each file is a schema a test says.
const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, code: { optimize: false } });
const schemas = new Map<string, JsonObject>();
const compiled = new Map<string, ValidateFunction>();

/** What other versions than those with a schema may have otherwise: members, and which of them are needed or allowed. */
const VARIES_BY_VERSION: readonly string[] = ['additionalProperties', 'required', 'enum', 'pattern', 'not'];

/** A request body's schema, in the file that keeps it. */
interface KeptSchema {
  readonly version: string;
  readonly file: string;
}

/**
 * What is wrong with a request body, by the schema of its type: `Microsoft.App/containerApps` or, for an action,
 * `Microsoft.App/jobs/start`. Empty when nothing is; undefined when no schema is kept for it.
 *
 * @param version the API version; of one without a schema of its own, only the kinds of values are looked at. Without one,
 * the oldest schema judges.
 */
export function schemaProblems(type: string, body: Json, version?: string): readonly string[] | undefined {
  const kept = keptSchema(type, version);
  if (!kept) return undefined;
  const validate = validatorOf(kept.file);
  if (validate(body)) return [];
  const isOwn = version === undefined || kept.version === version;
  return (validate.errors ?? [])
    .filter(({ keyword }) => isOwn || !VARIES_BY_VERSION.includes(keyword))
    .map(({ instancePath, message, params, keyword }) => {
      const path = instancePath.slice(1).replaceAll('/', '.');
      const subject = keyword === 'additionalProperties' ? ` '${String(params.additionalProperty)}'` : '';
      return `${path || 'the body'}: ${keyword === 'not' ? 'is read-only' : message}${subject}`;
    });
}

/** The schema of a type's body in a version, or the nearest before it; undefined when none is kept for the type. */
export function schemaOf(type: string, version: string): JsonObject | undefined {
  const kept = keptSchema(type, version);
  return kept && schemaIn(kept.file);
}

function keptSchema(type: string, version: string | undefined): KeptSchema | undefined {
  const all = files().get(type.toLowerCase()) ?? [];
  return all.findLast((one) => version !== undefined && one.version <= version) ?? all[0];
}

function validatorOf(file: string): ValidateFunction {
  const known = compiled.get(file);
  if (known) return known;
  const made = ajv.compile(schemaIn(file));
  compiled.set(file, made);
  return made;
}

function schemaIn(file: string): JsonObject {
  const known = schemas.get(file);
  if (known) return known;
  const read = JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as JsonObject;
  schemas.set(file, read);
  return read;
}

let byType: ReadonlyMap<string, readonly KeptSchema[]> | undefined;

/** By lower-case type, oldest first. */
function files(): ReadonlyMap<string, readonly KeptSchema[]> {
  if (byType) return byType;
  const found = new Map<string, KeptSchema[]>();
  for (const file of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const [, name, version] = /^(.+?)(?:\.input)?@(.*)\.json$/.exec(basename(file)) ?? [];
    if (name === undefined || version === undefined) continue;
    const [provider = '', service = '', ...rest] = name.split('.');
    const type = `${provider}.${service}/${rest.join('/')}`.toLowerCase();
    found.set(type, [...(found.get(type) ?? []), { version, file }]);
  }
  byType = found;
  return found;
}

let listed: ReadonlyMap<string, readonly string[]> | undefined;

/** Every API version that Azure has for a type, newest first; empty for a type that is not in the list. */
export function listedApiVersions(type: string): readonly string[] {
  listed ??= new Map(
    Object.entries(JSON.parse(readFileSync(`${FOLDER}/api-versions.json`, 'utf8')) as Record<string, string[]>).map(
      ([name, versions]) => [name.toLowerCase(), versions],
    ),
  );
  return listed.get(type.toLowerCase()) ?? [];
}
