import { hashJson, isJsonObject, type Json } from '../../shared/json.ts';
import { unmetNeeds } from '../sections/needs.ts';
import { type ConfigDocument, MAX_PROBLEMS, readDocument } from './document/document.ts';
import { InvalidConfig } from './invalid-config.ts';
import { issueText, withoutUnions } from './issues.ts';
import type { ConfigProblem, ParsedConfig } from './model.ts';
import { normalize, secretEntries } from './normalize.ts';
import { writtenKeys } from './provenance.ts';
import { RAW_RULES } from './rules/raw.ts';
import type { RuleProblem } from './rules/rule.ts';
import { RULES } from './rules.ts';
import { configSchema, type RawConfig } from './schema.ts';
import { secretSetting } from './secrets.ts';
import { unknownKeys } from './unknown-keys.ts';
import { withVariablesAsWritten } from './variables.ts';
import { configWarnings } from './warnings.ts';

export type ConfigResult =
  | { readonly ok: true; readonly parsed: ParsedConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[]; readonly warnings: readonly ConfigProblem[] };

export interface ParseOptions {
  /** Keys that nobody reads are told as warnings, not as problems. */
  readonly allowUnknownKeys?: boolean;
}

/** Text → YAML → schema → normalized → rules. Every problem of one stage is found; a later stage needs the earlier ones right. */
export function parseConfig(text: string, { allowUnknownKeys = false }: ParseOptions = {}): ConfigResult {
  const read = readDocument(text);
  if (!read.ok) return { ok: false, problems: read.problems, warnings: [] };
  const { document } = read;
  const value = withVariablesAsWritten(document.value, document.texts);
  const unknown = foundUnknownKeys(document, allowUnknownKeys);
  const warnings = allowUnknownKeys ? unknown : [];
  const refused = (problems: readonly ConfigProblem[]): ConfigResult => ({
    ok: false,
    problems: [...(allowUnknownKeys ? [] : unknown), ...problems].slice(0, MAX_PROBLEMS),
    warnings,
  });
  const shaped = configSchema.safeParse(value);
  if (!shaped.success) {
    const issues = shaped.error.issues
      .flatMap(withoutUnions)
      .slice(0, MAX_PROBLEMS)
      .map((issue) => {
        const path = issue.path.map(String).join('.');
        return document.problemAt(issue.path, issueText(issue, valueAt(value, issue.path), path));
      });
    return refused(issues);
  }
  const raw = shaped.data;
  const config = { ...normalize(raw), written: writtenKeys(raw) };
  const needs = unmetNeeds(config);
  const found = [
    ...RULES.flatMap((rule) => rule(config)),
    ...RAW_RULES.flatMap((rule) => rule(raw)),
    ...needs.filter(({ section }) => config.unasked?.[section] === 'let_go'),
  ];
  const problems = placed(document, found);
  if (problems.length > 0 || (unknown.length > 0 && !allowUnknownKeys)) return refused(problems);
  const literals = literalSecrets(raw);
  return {
    ok: true,
    parsed: {
      config,
      literals,
      digest: hashJson(config),
      needs: needs.map((need) => ({ section: need.section, ...placedOne(document, need) })),
      warnings: [...warnings, ...placed(document, configWarnings(raw))],
    },
  };
}

function foundUnknownKeys(document: ConfigDocument, isAllowed: boolean): readonly ConfigProblem[] {
  const found = unknownKeys(configSchema, document.value).slice(0, MAX_PROBLEMS);
  return found.map(({ path, suggestion }) => {
    const meant = suggestion ? `; did you mean ${suggestion}?` : '';
    return document.problemAt(path, `unknown key${isAllowed ? ', ignored' : ''}${meant}`, 'key');
  });
}

function placed(document: ConfigDocument, found: readonly RuleProblem[]): readonly ConfigProblem[] {
  return found.slice(0, MAX_PROBLEMS).map((one) => placedOne(document, one));
}

function placedOne(document: ConfigDocument, { path, message, isAboutKey }: RuleProblem): ConfigProblem {
  return document.problemAt(path, message, isAboutKey ? 'key' : 'value');
}

/** One error for all problems, a line each: `file:line:column path: message`. */
export function configError(fileName: string, problems: readonly ConfigProblem[]): InvalidConfig {
  const lines = problems.map(
    ({ path, message, line = 1, column = 1 }) => `  ${fileName}:${line}:${column} ${path ? `${path}: ` : ''}${message}`,
  );
  return new InvalidConfig(problems, lines);
}

function literalSecrets(raw: RawConfig): ReadonlyMap<string, string> {
  const literals = secretEntries(raw).flatMap((entry): [string, string][] => {
    const setting = secretSetting(entry);
    return setting?.source === 'literal' ? [[setting.path, entry.value ?? '']] : [];
  });
  return new Map(literals);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      isJsonObject(current) || Array.isArray(current) ? (current as Record<PropertyKey, Json>)[key] : undefined,
    value,
  );
}
