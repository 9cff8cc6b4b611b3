import type { JsonObject } from '../../shared/json.ts';
import type { GenericResourceConfig } from '../generic/generic-config.ts';
import { declaredOutputs } from './declared.ts';

/** A template of Azure Resource Manager that a step deploys, as the configuration has it. */
export interface TemplateConfig {
  /** As the file names it; what it says is in `template`. */
  readonly file: string;
  /** Compiled, without what the compiler says of itself. */
  readonly template: JsonObject;
  /** Values by the names of its parameters; texts may hold references. */
  readonly parameters: JsonObject;
  /** What a deletion of the environment does with what it made. */
  readonly onDestroy: 'delete' | 'keep';
}

export type Templates = Readonly<Record<string, TemplateConfig>>;

/** What the compiler made of each, as a request carries it. */
export function compiledOf(templates: Templates): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(templates).map(([name, { template }]) => [name, template]));
}

/** https://learn.microsoft.com/azure/templates/microsoft.resources/deployments */
export const DEPLOYMENT_TYPE = 'Microsoft.Resources/deployments';
/** https://learn.microsoft.com/rest/api/resources/deployments/create-or-update */
export const DEPLOYMENT_VERSION = '2025-04-01';

/**
 * The deployment of a template as a resource of any type: what it names, where it is and what it answers follow from that. Its own
 * texts are no references, so the template itself is not in it.
 */
export function deploymentOf(name: string, { template, parameters }: TemplateConfig): GenericResourceConfig {
  const outputs = declaredOutputs(template).map((output) => [output.name, `properties.outputs.${output.name}.value`]);
  return {
    type: DEPLOYMENT_TYPE,
    apiVersion: DEPLOYMENT_VERSION,
    // Others' deployments lie in the same group, and each is known by its name alone.
    name: `\${{environment.name}}-${name}`,
    tags: false,
    body: { properties: { parameters } },
    outputs: Object.fromEntries(outputs),
    holdsData: false,
  };
}
