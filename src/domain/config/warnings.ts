import { isJsonObject } from '../../shared/json.ts';
import { withoutReferences } from '../references/reference-text.ts';
import { isDraftGenie, originalKeys } from './defaults.ts';
import { asked, given } from './normalize/given.ts';
import { normalizePostgresql } from './normalize/normalize-data.ts';
import { normalizeScale } from './normalize/normalize-scale.ts';
import { secretEntries } from './normalize.ts';
import { type RuleWarning, warning } from './rules/rule.ts';
import type { RawConfig } from './schema.ts';
import { secretSetting } from './secrets.ts';

/** What is not wrong and may not be meant. @param isFilledIn variables were */
export function configWarnings(
  raw: RawConfig,
  { isFilledIn }: { readonly isFilledIn: boolean },
): readonly RuleWarning[] {
  return [
    ...literalSecrets(raw),
    ...missingMongodb(raw),
    ...missingDefaults(raw),
    ...twoRegions(raw),
    ...unusedSize(raw),
    ...neverWoken(raw),
    ...reservedTags(raw),
    ...placeholders(raw, [], isFilledIn ? REFERENCE : VARIABLE),
  ];
}

function literalSecrets(raw: RawConfig): readonly RuleWarning[] {
  return secretEntries(raw)
    .filter((entry) => secretSetting(entry)?.source === 'literal')
    .map(({ place }) =>
      warning(place, 'secret_in_file', 'a secret stands in the file; better env:NAME or keyvault:NAME'),
    );
}

function missingMongodb({ mongodb }: RawConfig): readonly RuleWarning[] {
  const asksForIt = mongodb !== undefined && mongodb !== null && !mongodb.connection_url;
  if (!asksForIt) return [];
  return [
    warning(
      'mongodb.connection_url',
      'mongodb_missing',
      'is empty: draft_service and rag_service get no MONGODB_URL. Make a cluster on MongoDB Atlas and give its address as env:NAME',
    ),
  ];
}

/** Two keys of the original's are hardly chance; without the others its services would silently go without their variables. */
function missingDefaults(raw: RawConfig): readonly RuleWarning[] {
  const found = originalKeys(Object.keys(raw.services));
  if (raw.defaults || isDraftGenie(raw) || found.length < 2) return [];
  const message = `${found.join(', ')} get none of the variables, health paths and migrations of DraftGenie, whose five services are not all here; write "defaults: draftgenie" for them to get these, or "defaults: none"`;
  return [warning('services', 'defaults_missing', message)];
}

/** The original script had a region for each half of the monitoring. */
function twoRegions({ locations }: RawConfig): readonly RuleWarning[] {
  const { monitoring, log_analytics: workspace, app_insights: insights } = locations ?? {};
  const used = monitoring || workspace || insights;
  if (!insights || insights === used) return [];
  return [warning('locations.app_insights', 'two_regions', `is not used: all of the monitoring goes to ${used}`)];
}

/** Of the original script's two sizes the one that fits the tier is meant; where both do, the plan tells of them. */
function unusedSize(raw: RawConfig): readonly RuleWarning[] {
  const postgresql = asked(raw.postgresql);
  const written = given(postgresql?.sku);
  if (!postgresql || written === undefined) return [];
  const { sku, tier } = normalizePostgresql(postgresql, '');
  if (sku === written) return [];
  return [
    warning(
      'postgresql.sku',
      'size_unused',
      `is not used: of ${written} and postgres_sku, ${sku}, the latter is of the tier ${tier}`,
    ),
  ];
}

/** What has no ingress and no rule stays at zero: https://learn.microsoft.com/azure/container-apps/scale-app#default-scale-rule */
function neverWoken({ services }: RawConfig): readonly RuleWarning[] {
  return Object.entries(services ?? {}).flatMap(([key, service]) => {
    if (service.min_replicas !== 0 || normalizeScale(service.scale)) return [];
    if (service.port != null && service.ingress !== 'none') return [];
    const message = 'is 0: without an ingress and without scale nothing ever starts a replica';
    return [warning(['services', key, 'min_replicas'], 'never_woken', message)];
  });
}

const SECRET_KEYS = ['mongodb.connection_url', 'postgresql.admin_password', 'docker.registry_password'];

/** Where `${{…}}` is filled in. */
function holdsReferences(path: readonly string[]): boolean {
  const isSecret = path[0] === 'secrets' || SECRET_KEYS.includes(path.join('.'));
  return isSecret || path.at(-2) === 'env' || ['resources', 'templates'].includes(path[0] ?? '');
}

/** "Reserved for Azure use", of names of tags: https://learn.microsoft.com/rest/api/resources/tags/create-or-update */
const RESERVED_TAG = /^(?:microsoft|azure|windows)/i;

function reservedTags({ tags }: RawConfig): readonly RuleWarning[] {
  const reserved = Object.keys(tags ?? {}).filter((name) => RESERVED_TAG.test(name));
  const message = 'begins with a word that Azure keeps for itself (microsoft, azure, windows), and may be refused';
  return reserved.map((name) => ({ ...warning(['tags', name], 'tag_reserved', message), isAboutKey: true as const }));
}

/** The shell of a command fills its own variables in, though not what begins as a reference does. */
const COMMANDS = ['command', 'args'];

const VARIABLE = '${';
const REFERENCE = '${{';
const WHY_LITERALLY = {
  [VARIABLE]: '"interpolate: true" fills variables in, and $$ is a $ then',
  [REFERENCE]: 'nothing is filled in here',
} as const;

function placeholders(
  value: unknown,
  path: readonly string[],
  opening: keyof typeof WHY_LITERALLY,
): readonly RuleWarning[] {
  if (typeof value === 'string')
    return (holdsReferences(path) ? withoutReferences(value) : value).includes(opening)
      ? [warning(path, 'literal_reference', `${opening} is passed on literally: ${WHY_LITERALLY[opening]}`)]
      : [];
  if (Array.isArray(value))
    return value.flatMap((member, index) => placeholders(member, [...path, String(index)], opening));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const isCommand = COMMANDS.includes(key) && ['services', 'jobs'].includes(path[0] ?? '') && path.at(-1) !== 'env';
    return placeholders(member, [...path, key], isCommand ? REFERENCE : opening);
  });
}
