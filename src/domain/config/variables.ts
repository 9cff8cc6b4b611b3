import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/**
 * The configuration with the variables of its services and jobs, the arguments of their builds and the metadata of their scalers as
 * they stand in the file: what is written is what arrives there, `1.10` and not 1.1, `0755` and not 755.
 */
export function withVariablesAsWritten(value: unknown, texts: unknown): unknown {
  return SECTIONS.reduce<unknown>(
    (config, section) =>
      changedMember(config, texts, section, (all, textsOfAll) => changedMembers(all, textsOfAll, workloadAsWritten)),
    value,
  );
}

const SECTIONS = ['services', 'jobs'];
/** Where the rules for events stand: of services, of jobs. */
const RULES = ['scale', 'event'];
/** Of containers beside the service's own. */
const LISTS = ['sidecars', 'init'];

function workloadAsWritten(workload: Json, texts: Json): Json {
  const changes: readonly Change[] = [
    withEnvAsWritten,
    withArgumentsAsWritten,
    ...RULES.map(
      (key): Change =>
        (one, textsOfOne) =>
          withMetadataAsWritten(one, textsOfOne, key),
    ),
    ...LISTS.map(
      (list): Change =>
        (one, textsOfOne) =>
          changedMember(one, textsOfOne, list, withEach),
    ),
  ];
  return changes.reduce((changed, change) => change(changed, texts), workload);
}

function withEach(containers: Json, texts: Json): Json {
  if (!Array.isArray(containers) || !Array.isArray(texts)) return containers;
  return containers.map((container, index) => withEnvAsWritten(container, texts[index] ?? null));
}

function withEnvAsWritten(container: Json, texts: Json): Json {
  return changedMember(container, texts, 'env', scalarsAsWritten);
}

function withArgumentsAsWritten(service: Json, texts: Json): Json {
  return changedMember(service, texts, 'build', (build, textsOfBuild) =>
    changedMember(build, textsOfBuild, 'args', scalarsAsWritten),
  );
}

function withMetadataAsWritten(workload: Json, texts: Json, key: string): Json {
  return changedMember(workload, texts, key, (scale, textsOfScale) =>
    changedMember(scale, textsOfScale, 'rules', (rules, textsOfRules) =>
      changedMembers(rules, textsOfRules, (rule, textsOfRule) =>
        changedMember(rule, textsOfRule, 'metadata', scalarsAsWritten),
      ),
    ),
  );
}

function scalarsAsWritten(values: Json, texts: Json): Json {
  return changedMembers(values, texts, (value, text) => (value !== null && typeof value === 'object' ? value : text));
}

type Change = (value: Json, text: Json) => Json;

function changedMember(value: unknown, texts: unknown, key: string, change: Change): Json {
  const [object, textsOf] = [value as Json, texts as Json];
  if (!(isJsonObject(object) && isJsonObject(textsOf) && Object.hasOwn(object, key))) return object;
  return { ...object, [key]: change(object[key] as Json, textsOf[key] as Json) };
}

function changedMembers(value: Json, texts: Json, change: Change): Json {
  if (!(isJsonObject(value) && isJsonObject(texts))) return value;
  const changed = Object.entries(value).map(([key, member]) => [key, change(member, texts[key] as Json)] as const);
  return Object.fromEntries(changed) satisfies JsonObject;
}
