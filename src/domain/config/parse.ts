import { hashJson, isJsonObject, type Json } from '../../shared/json.ts';
import { DEFAULT_ENVIRONMENT } from '../environment-name.ts';
import { unmetNeeds } from '../sections/needs.ts';
import type { CompiledTemplates } from '../templates/arm-template.ts';
import type { TerraformStates } from '../terraform/outputs.ts';
import { coded, unacknowledged } from '../warnings/warning-codes.ts';
import { type ConfigDocument, MAX_PROBLEMS, type ReadDocument, readDocument } from './document/document.ts';
import { type FilledIn, type FilledValue, filledIn, variableFiller } from './interpolation/filled-in.ts';
import { filledSecrets } from './interpolation/secret-values.ts';
import type { Lookup } from './interpolation/template.ts';
import { terraformValues } from './interpolation/terraform-values.ts';
import { InvalidConfig } from './invalid-config.ts';
import { issueText, withoutUnions } from './issues.ts';
import type { ConfigProblem, ConfigWarning, DeploymentConfig, ParsedConfig } from './model.ts';
import { normalizeTemplates } from './normalize/normalize-templates.ts';
import { normalize, secretEntries } from './normalize.ts';
import { namedAfter, namingOf } from './overlay/environment-names.ts';
import { type MadeFrom, madeFrom } from './overlay/made-from.ts';
import { type OverlaidDocument, type OverlayText, overlaid } from './overlay/overlaid.ts';
import { writtenKeys } from './provenance.ts';
import { RAW_RULES } from './rules/raw.ts';
import type { RuleProblem } from './rules/rule.ts';
import { literalValues } from './rules/secret-values.ts';
import { RULES } from './rules.ts';
import { configSchema, overlaySchema, type RawConfig } from './schema.ts';
import { type SecretEntry, secretSetting } from './secrets.ts';
import { unknownKeys } from './unknown-keys.ts';
import { withVariablesAsWritten } from './variables.ts';
import { configWarnings } from './warnings.ts';

export type ConfigResult =
  | {
      readonly ok: true;
      readonly parsed: ParsedConfig;
      /** What was written where, and what variables made of it. */
      readonly source: ConfigSource;
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[]; readonly warnings: readonly ConfigWarning[] };

export interface ConfigSource {
  readonly document: OverlaidDocument;
  /** As it is after overlays and variables. */
  readonly raw: RawConfig;
  readonly filled: readonly FilledValue[];
}

export interface ParseOptions {
  /** What `readDocument` made of the text, for whoever asks about it twice; absent: it is read. */
  readonly read?: ReadDocument;
  /** Keys that nobody reads are told as warnings, not as problems. */
  readonly allowUnknownKeys?: boolean;
  /** Absent: `default`. */
  readonly environment?: string;
  /** The environment whose overlay that one is made from, since it has none of its own. */
  readonly from?: string | undefined;
  /** The one that it was made from when it was deployed before: counts where there is neither `from` nor an overlay of its own. */
  readonly remembered?: string | undefined;
  /** What a file beside the configuration says of that environment, or of the one that it is made from. */
  readonly overlay?: OverlayText | undefined;
  /** Variables that `interpolate` fills in; absent: there are none. */
  readonly variables?: Lookup;
  /** What was made of the templates that the file names (`templates`); absent: whoever parses it cannot read them. */
  readonly templates?: CompiledTemplates | undefined;
  /** Outputs of the states that the file names (`terraform`); absent: whoever parses it cannot read them. */
  readonly terraform?: TerraformStates | undefined;
}

/**
 * Text → YAML → overlay → variables → schema → normalized → rules. Every problem of one stage is found; a later stage needs the
 * earlier ones right.
 */
export function parseConfig(text: string, options: ParseOptions = {}): ConfigResult {
  const { allowUnknownKeys = false, environment = DEFAULT_ENVIRONMENT, read = readDocument(text) } = options;
  if (!read.ok) return { ok: false, problems: read.problems, warnings: [] };
  const laid = overlaid(read.document, { ...options, environment });
  if (!laid.ok) return { ok: false, problems: laid.problems.slice(0, MAX_PROBLEMS), warnings: [] };
  const { document } = laid;
  const unread = foundUnknownKeys(document, allowUnknownKeys);
  const unknown = unread.map(({ problem }) => problem);
  const ignored = unknown.map((one) => ({ ...one, message: coded('unknown_key', one.message) }));
  const warnings = allowUnknownKeys ? ignored : [];
  const refused = (problems: readonly ConfigProblem[]): ConfigResult => ({
    ok: false,
    problems: [...(allowUnknownKeys ? [] : unknown), ...problems.map((one) => withWritten(one, unread))].slice(
      0,
      MAX_PROBLEMS,
    ),
    warnings,
  });
  const { isFilledIn, filled, terraform, problems: unset, value } = filledDocument(document, options);
  if (unset.length > 0) return refused(placed(document, unset));
  const shaped = configSchema.safeParse(value);
  if (!shaped.success) {
    const hidden = new Set(filled.map(({ path }) => path.join('.')));
    const issues = shaped.error.issues
      .flatMap(withoutUnions)
      .slice(0, MAX_PROBLEMS)
      .map((issue) => {
        const path = issue.path.map(String).join('.');
        const found = valueAt(value, issue.path);
        return document.problemAt(issue.path, issueText(issue, found, path, { isHidden: hidden.has(path) }));
      });
    return refused(issues);
  }
  const { interpolate: _, environments: __, ...raw } = shaped.data;
  const secrets = secretEntries(raw);
  // Before anything that tells what it found.
  const secretive = [...filledSecrets(filled, secrets), ...terraform.problems(secrets)];
  if (secretive.length > 0) return refused(placed(document, secretive));
  const templates = normalizeTemplates(raw.templates, options.templates);
  if (templates.problems.length > 0) return refused(placed(document, templates.problems));
  const made = configOf(raw, templates.config, { document, filled }, environment);
  const { config, problems: ofAnother, warnings: leftToIt } = made;
  const literals = literalSecrets(secrets, terraform.sensitive);
  const needs = unmetNeeds(config);
  const found = [
    ...ofAnother,
    ...RULES.flatMap((rule) => rule(config)),
    ...RAW_RULES.flatMap((rule) => rule(raw)),
    ...literalValues(raw, literals),
    ...needs.filter(({ section }) => config.unasked?.[section] === 'let_go'),
  ];
  const problems = placed(document, found);
  if (problems.length > 0 || (unknown.length > 0 && !allowUnknownKeys)) return refused(problems);
  return {
    ok: true,
    parsed: {
      config,
      literals,
      digest: hashJson(config),
      needs: needs.map((need) => ({ section: need.section, ...placedOne(document, need) })),
      warnings: [
        ...warnings,
        ...[...configWarnings(raw, { isFilledIn }), ...leftToIt, ...terraform.warnings]
          .slice(0, MAX_PROBLEMS)
          .map((one) => ({ ...placedOne(document, one), message: one.message })),
      ].filter(({ message }) => unacknowledged([message], raw.acknowledge ?? []).length > 0),
    },
    source: { document, raw, filled },
  };
}

/** Where the file asks for it with variables filled in; then with what it names of others' states. */
function filledDocument(
  { value, texts }: ConfigDocument,
  { variables = () => undefined, terraform: states }: ParseOptions,
) {
  const isFilledIn = isJsonObject(value) && value.interpolate === true;
  const asWritten: FilledIn = { value, texts, filled: [], problems: [] };
  const first = isFilledIn ? filledIn(value, texts, configSchema, variableFiller(variables)) : asWritten;
  const named = isJsonObject(first.value) ? first.value.terraform : undefined;
  const terraform = terraformValues(isJsonObject(named) ? Object.keys(named) : [], states);
  const second = named === undefined ? first : filledIn(first.value, first.texts, configSchema, terraform.fill);
  const both = second === first ? [first] : [first, second];
  return {
    isFilledIn,
    terraform,
    filled: both.flatMap((one) => one.filled),
    problems: [...terraform.unreadable, ...both.flatMap((one) => one.problems)],
    // Variables of containers arrive as they are written.
    value: withVariablesAsWritten(second.value, second.texts),
  };
}

/** What a configuration reads besides: states, and templates, by name. */
export interface FilesToRead {
  readonly terraform: NonNullable<RawConfig['terraform']>;
  readonly templates: NonNullable<RawConfig['templates']>;
}

/** The files that a configuration names and is not whole without; none where it is wrong, which `parseConfig` tells. */
export function filesToRead(text: string, options: ParseOptions = {}): FilesToRead {
  const none = { terraform: {}, templates: {} };
  const { read = readDocument(text) } = options;
  if (!read.ok) return none;
  const laid = overlaid(read.document, { ...options, environment: options.environment ?? DEFAULT_ENVIRONMENT });
  if (!laid.ok) return none;
  const { value } = filledDocument(laid.document, options);
  if (!isJsonObject(value)) return none;
  const { terraform, templates } = configSchema.shape;
  return {
    terraform: terraform.safeParse(value.terraform).data ?? {},
    templates: templates.safeParse(value.templates).data ?? {},
  };
}

function configOf(
  raw: RawConfig,
  templates: Pick<DeploymentConfig, 'templates'>,
  { document, filled }: Pick<ConfigSource, 'document' | 'filled'>,
  environment: string,
): MadeFrom {
  const { from } = document;
  const config = { ...normalize(raw), ...templates, written: writtenKeys(raw) };
  const plain = { problems: [], warnings: [] };
  if (from !== undefined) {
    const paths = new Set(filled.map(({ path }) => path.join('.')));
    const made = madeFrom(config, { environment, from, isFilledIn: (path) => paths.has(path.join('.')) });
    return { ...made, config: { ...made.config, naming: namingOf(config, environment, from) } };
  }
  if (!document.overlay || environment === DEFAULT_ENVIRONMENT) return { ...plain, config };
  return { ...plain, config: namedAfter(config, environment) };
}

/** A key that nobody reads, and the one that was probably meant. */
interface UnknownProblem {
  readonly problem: ConfigProblem;
  readonly written: string;
  /** Dotted path of the key that was meant. */
  readonly meant: string | undefined;
}

/** Of a key that is missing the one that is written in its place. */
function withWritten(found: ConfigProblem, unknown: readonly UnknownProblem[]): ConfigProblem {
  const instead = unknown.find(({ meant }) => meant === found.path);
  return instead
    ? { ...found, message: `${found.message}; ${instead.written} is written there, which nobody reads` }
    : found;
}

function foundUnknownKeys({ layers }: OverlaidDocument, isAllowed: boolean): readonly UnknownProblem[] {
  const found = layers.flatMap((layer) => unknownKeys(overlaySchema, layer.value).map((key) => ({ ...key, layer })));
  return found.slice(0, MAX_PROBLEMS).map(({ layer: { document, root }, path, suggestion }) => {
    const meant = suggestion ? `; did you mean ${suggestion}?` : '';
    const told = document.problemAt([...root, ...path], `unknown key${isAllowed ? ', ignored' : ''}${meant}`, 'key');
    const written = path.at(-1) ?? '';
    return { problem: told, written, meant: suggestion && [...path.slice(0, -1), suggestion].join('.') };
  });
}

function placed(document: ConfigDocument, found: readonly RuleProblem[]): readonly ConfigProblem[] {
  return found.slice(0, MAX_PROBLEMS).map((one) => placedOne(document, one));
}

function placedOne(document: ConfigDocument, { path, message, isAboutKey }: RuleProblem): ConfigProblem {
  return document.problemAt(path, message, isAboutKey ? 'key' : 'value');
}

/** One error for all problems, a line each: `file:line:column path: message`. */
export function configError(fileName: string, problems: readonly ConfigProblem[], environment?: string): InvalidConfig {
  const lines = problems.map(
    ({ path, message, line = 1, column = 1, file = fileName }) =>
      `  ${file}:${line}:${column} ${path ? `${path}: ` : ''}${message}`,
  );
  return new InvalidConfig(problems, lines, environment);
}

/** @param elsewhere what does not stand in the file itself, by its place */
function literalSecrets(
  secrets: readonly SecretEntry[],
  elsewhere: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const literals = secrets.flatMap((entry): [string, string][] => {
    const setting = secretSetting(entry);
    return setting?.source === 'literal' ? [[setting.path, elsewhere.get(setting.path) ?? entry.value ?? '']] : [];
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
