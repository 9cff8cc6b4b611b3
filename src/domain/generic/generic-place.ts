import { isJsonObject, type Json } from '../../shared/json.ts';
import type { DeploymentConfig } from '../config/model.ts';
import { ownValue } from '../config/normalize/given.ts';
import type { DesireInput } from '../desired.ts';
import { resourceGroupId } from '../ids.ts';
import { stepLeaving, symbolicOutputs } from '../outputs.ts';
import type { ReferenceTargets } from '../references/reference-target.ts';
import { referencesIn } from '../references/reference-text.ts';
import { type OutputFamily, type StepName, stepsBefore } from '../steps.ts';
import { deploymentOf } from '../templates/template-config.ts';
import { templateKey, templateNamed } from '../templates/template-key.ts';
import { type GenericResourceConfig, typedPath } from './generic-config.ts';

type Configured = Pick<DeploymentConfig, 'resources' | 'templates'>;

/** Its id, as far as its references are known. */
export function genericId(key: string, input: DesireInput, all: ReferenceTargets): string {
  const { type, name, parent, scope } = genericResourceOf(input.config, key);
  const text = (value: string): string => String(all.resolve(value, input));
  if (parent !== undefined) {
    const above = isKey(input.config, parent) ? genericId(parent, input, all) : text(parent);
    return `${above}/${type.slice(type.lastIndexOf('/') + 1)}/${text(name)}`;
  }
  const place = scope === undefined ? resourceGroupId(input) : text(scope);
  return `${place.replace(/\/+$/, '')}/providers/${typedPath(type, text(name))}`;
}

export function genericResourceOf({ resources = {}, templates = {} }: Configured, key: string): GenericResourceConfig {
  const template = ownValue(templates, templateNamed(key) ?? '');
  const found = template ? deploymentOf(templateNamed(key) ?? '', template) : ownValue(resources, key);
  if (!found) throw new Error(`there is no resource ${key}`);
  return found;
}

/** Keys of all that one of the two steps makes: of resources, and of deployments of templates. */
export function genericKeys({ resources = {}, templates = {} }: Configured): readonly string[] {
  return [...Object.keys(resources), ...Object.keys(templates).map(templateKey)];
}

/** Whether a text is the key of a resource. */
export function isKey({ resources = {} }: Configured, text: string): boolean {
  return Object.hasOwn(resources, text);
}

/** Keys of the others that it names, so that they are there before it. */
export function resourcesNamedBy(config: Configured, key: string): readonly string[] {
  const resource = genericResourceOf(config, key);
  const { parent, dependsOn = [] } = resource;
  const ofParent = parent !== undefined && isKey(config, parent) ? [parent] : [];
  return [...new Set([...ofParent, ...dependsOn, ...namesIn(resource).flatMap((name) => resourceNamed(name) ?? [])])];
}

/** The key of the resource, or of the template, that a reference names; undefined: it names something else. */
export function resourceNamed(reference: string): string | undefined {
  const [, section, name = ''] = /^(resources|templates)\.([^.]+)\./.exec(reference) ?? [];
  if (section === undefined) return undefined;
  return section === 'templates' ? templateKey(name) : name;
}

/** Names of all references of a resource. */
function namesIn({ name, parent, scope, location, body }: GenericResourceConfig): readonly string[] {
  return textsIn([name, parent ?? '', scope ?? '', location ?? '', body]).flatMap(referencesIn);
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}

/** The two steps that make such resources, by what they leave, the earlier one first. */
const FAMILIES = [
  { output: 'resource', made: 'resourceMade' },
  { output: 'lateResource', made: 'lateResourceMade' },
] as const satisfies readonly { readonly output: OutputFamily; readonly made: OutputFamily }[];

export type GenericFamilies = (typeof FAMILIES)[number];

/** As far as it was asked, of what is named again and again. */
const FOUND = new WeakMap<ReferenceTargets, Map<string, GenericFamilies | undefined>>();

/**
 * The first of the two steps before which everything is known that it names; undefined where there is something that the later one
 * does not wait for either. What lies in a circle is nowhere.
 */
export function familiesOf(config: DeploymentConfig, key: string, all: ReferenceTargets): GenericFamilies | undefined {
  const found = FOUND.get(all) ?? new Map<string, GenericFamilies | undefined>();
  FOUND.set(all, found);
  if (found.has(key)) return found.get(key);
  // Whoever comes back here meanwhile is in a circle.
  found.set(key, undefined);
  const families = firstOf(config, key, all);
  found.set(key, families);
  return families;
}

function firstOf(config: DeploymentConfig, key: string, all: ReferenceTargets): GenericFamilies | undefined {
  const others: GenericFamilies[] = [];
  for (const other of resourcesNamedBy(config, key)) {
    const families = familiesOf(config, other, all);
    if (!families) return undefined;
    others.push(families);
  }
  const needed = stepsNeededBy(config, key, all);
  const first = FAMILIES.findIndex(({ output }) => {
    const before = stepsBefore(stepLeaving(output));
    return needed.every((step) => before.has(step));
  });
  const latest = Math.max(first, ...others.map((one) => FAMILIES.indexOf(one)));
  return first === -1 ? undefined : FAMILIES[latest];
}

/** The steps whose outputs stand behind its references to anything else than other resources. */
export function stepsNeededBy(config: DeploymentConfig, key: string, all: ReferenceTargets): readonly StepName[] {
  const { reader, consumed } = symbolicOutputs();
  const input = { environment: '', config, outputs: reader };
  for (const name of namesIn(genericResourceOf(config, key))) {
    if (resourceNamed(name) === undefined) all.targets.get(name)?.value(input);
  }
  return [...new Set(consumed().map(({ step }) => step))];
}

/** Keys of the resources that one of the two steps makes. */
export function genericKeysOf(config: DeploymentConfig, step: StepName, all: ReferenceTargets): readonly string[] {
  return genericKeys(config).filter((key) => {
    const families = familiesOf(config, key, all);
    return families !== undefined && stepLeaving(families.output) === step;
  });
}
