import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from '../shared/json.ts';

const FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './schemas' : './simulator-schemas', import.meta.url),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
const compiled = new Map<string, ValidateFunction | undefined>();

/**
 * What is wrong with a request body, by the schema of its type: `Microsoft.App/containerApps` or, for an action,
 * `Microsoft.App/jobs/start`. Empty when nothing is; undefined when no schema is kept for it.
 */
export function schemaProblems(type: string, body: Json): readonly string[] | undefined {
  const validate = validatorOf(type);
  if (!validate) return undefined;
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params, keyword }) => {
    const path = instancePath.slice(1).replaceAll('/', '.');
    const subject = keyword === 'additionalProperties' ? ` '${String(params.additionalProperty)}'` : '';
    return `${path || 'the body'}: ${keyword === 'not' ? 'is read-only' : message}${subject}`;
  });
}

function validatorOf(type: string): ValidateFunction | undefined {
  const key = type.toLowerCase();
  if (!compiled.has(key)) {
    const file = files().get(key);
    compiled.set(
      key,
      file === undefined ? undefined : ajv.compile(JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'))),
    );
  }
  return compiled.get(key);
}

let byType: ReadonlyMap<string, string> | undefined;

function files(): ReadonlyMap<string, string> {
  byType ??= new Map(
    readdirSync(FOLDER).flatMap((file): [string, string][] => {
      const [, name] = /^(.+?)(?:\.input)?@.*\.json$/.exec(file) ?? [];
      if (name === undefined) return [];
      const [provider = '', service = '', ...rest] = name.split('.');
      return [[`${provider}.${service}/${rest.join('/')}`.toLowerCase(), file]];
    }),
  );
  return byType;
}
