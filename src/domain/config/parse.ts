import { hashJson, isJsonObject, type Json } from '../../shared/json.ts';
import { type ConfigDocument, MAX_PROBLEMS, readDocument } from './document.ts';
import { InvalidConfig } from './invalid-config.ts';
import { issueText } from './issues.ts';
import type { ConfigProblem, ParsedConfig } from './model.ts';
import { normalize, secretEntries } from './normalize.ts';
import { writtenKeys } from './provenance.ts';
import { RULES } from './rules.ts';
import { configSchema, type RawConfig } from './schema.ts';
import { secretSetting } from './secrets.ts';
import { unknownKeys } from './unknown-keys.ts';

export type ConfigResult =
  | { readonly ok: true; readonly parsed: ParsedConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[]; readonly warnings: readonly ConfigProblem[] };

/** Text → YAML → schema → normalized → rules. Every problem of one stage is found; a later stage needs the earlier ones right. */
export function parseConfig(text: string): ConfigResult {
  const read = readDocument(text);
  if (!read.ok) return { ok: false, problems: read.problems, warnings: [] };
  const { document } = read;
  const unknown = unknownKeys(configSchema, document.value).slice(0, MAX_PROBLEMS);
  const warnings = unknown.map(({ path, suggestion }) =>
    document.problemAt(path, `unknown key, ignored${suggestion ? `; did you mean ${suggestion}?` : ''}`),
  );
  const shaped = configSchema.safeParse(document.value);
  if (!shaped.success) {
    const problems = shaped.error.issues.slice(0, MAX_PROBLEMS).map((issue) => {
      const path = issue.path.map(String).join('.');
      return document.problemAt(issue.path, issueText(issue, valueAt(document.value, issue.path), path));
    });
    return { ok: false, problems, warnings };
  }
  const raw = shaped.data;
  const config = { ...normalize(raw), written: writtenKeys(raw) };
  const found = [...RULES.flatMap((rule) => rule(config)), ...saveState(raw)];
  const problems = found
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) => document.problemAt(path.split('.'), message));
  if (problems.length > 0) return { ok: false, problems, warnings };
  const literals = literalSecrets(raw);
  return {
    ok: true,
    parsed: {
      config,
      literals,
      digest: hashJson(config),
      warnings: [...warnings, ...secretWarnings(literals, document), ...mongodbWarning(raw, document)],
    },
  };
}

/** One error for all problems, a line each: `file:line:column path: message`. */
export function configError(fileName: string, problems: readonly ConfigProblem[]): InvalidConfig {
  const lines = problems.map(
    ({ path, message, line = 1, column = 1 }) => `  ${fileName}:${line}:${column} ${path ? `${path}: ` : ''}${message}`,
  );
  return new InvalidConfig(problems, lines);
}

function saveState({ advanced }: RawConfig): readonly { path: string; message: string }[] {
  if (advanced?.save_state !== false) return [];
  return [
    {
      path: 'advanced.save_state',
      message: 'false is not supported: the state is what makes a second run safe. Remove the key, or set true',
    },
  ];
}

function literalSecrets(raw: RawConfig): ReadonlyMap<string, string> {
  const literals = secretEntries(raw).flatMap(([, path, value]): [string, string][] =>
    typeof value === 'string' && secretSetting(value, path)?.source === 'literal' ? [[path, value]] : [],
  );
  return new Map(literals);
}

function secretWarnings(literals: ReadonlyMap<string, string>, document: ConfigDocument): readonly ConfigProblem[] {
  return [...literals.keys()].map((path) =>
    document.problemAt(path.split('.'), 'a secret stands in the file; better env:NAME or keyvault:NAME'),
  );
}

function mongodbWarning(raw: RawConfig, document: ConfigDocument): readonly ConfigProblem[] {
  const asksForIt = raw.mongodb !== undefined && raw.mongodb !== null && !raw.mongodb.connection_url;
  const uses = ['draft_service', 'rag_service'].some((key) => Object.hasOwn(raw.services, key));
  if (!asksForIt || !uses) return [];
  return [
    document.problemAt(
      ['mongodb', 'connection_url'],
      'is empty: draft_service and rag_service get no MONGODB_URL. Make a cluster on MongoDB Atlas and give its address as env:NAME',
    ),
  ];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      isJsonObject(current) || Array.isArray(current) ? (current as Record<PropertyKey, Json>)[key] : undefined,
    value,
  );
}
