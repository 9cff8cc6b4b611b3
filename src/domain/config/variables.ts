import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/**
 * The configuration with the variables of its services and jobs as they stand in the file: what is written is what arrives in the
 * container, `1.10` and not 1.1, `0755` and not 755.
 */
export function withVariablesAsWritten(value: unknown, texts: unknown): unknown {
  return SECTIONS.reduce<unknown>(
    (config, section) =>
      changedMember(config, texts, section, (workloads, textsOfAll) =>
        changedMembers(workloads, textsOfAll, (workload, textsOfOne) =>
          LISTS.reduce(
            (changed, list) => changedMember(changed, textsOfOne, list, withEach),
            withEnvAsWritten(workload, textsOfOne),
          ),
        ),
      ),
    value,
  );
}

const SECTIONS = ['services', 'jobs'];
/** Of containers beside the service's own. */
const LISTS = ['sidecars', 'init'];

function withEach(containers: Json, texts: Json): Json {
  if (!Array.isArray(containers) || !Array.isArray(texts)) return containers;
  return containers.map((container, index) => withEnvAsWritten(container, texts[index] ?? null));
}

function withEnvAsWritten(container: Json, texts: Json): Json {
  return changedMember(container, texts, 'env', (env, textsOfEnv) =>
    changedMembers(env, textsOfEnv, (variable, text) =>
      variable !== null && typeof variable === 'object' ? variable : text,
    ),
  );
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
