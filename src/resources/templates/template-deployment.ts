import type { DesiredResource, DesireInput } from '../../domain/desired.ts';
import { genericId, resourcesNamedBy } from '../../domain/generic/generic-place.ts';
import { namespaceOf } from '../../domain/ids.ts';
import { referencesOf } from '../../domain/references/references.ts';
import { templateResources } from '../../domain/templates/arm-template.ts';
import { DEPLOYMENT_TYPE, DEPLOYMENT_VERSION, type TemplateConfig } from '../../domain/templates/template-config.ts';
import { templateNamed } from '../../domain/templates/template-key.ts';
import { hashJson, isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { type GenericKind, genericKind } from '../generic-resource.ts';

/** Of which template, and with what, is compared by what was sent last: Azure answers neither. */
const KIND: GenericKind = {
  ...genericKind(DEPLOYMENT_TYPE, { apiVersion: DEPLOYMENT_VERSION, ownership: 'recorded' }),
  // Deployments are offered wherever there is a group.
  availability: [],
  provider: null,
  immutable: [],
  holdsData: false,
  writeOnly: ['properties'],
  // One that was cancelled has made some of it, or nothing.
  failures: ['canceled'],
  // What it deploys may take as long as it likes: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
  timeoutInSeconds: 4 * 3600,
};

/**
 * The deployment of a template. Its body is what is compared and recorded: a digest stands for the template, and marks for secrets;
 * `deploymentRequest` makes of it what is sent.
 */
export function templateDeployment(input: DesireInput, key: string): DesiredResource<GenericKind> {
  const name = templateNamed(key) ?? '';
  const all = referencesOf(input.config);
  const { parameters } = templateOf(input, name);
  const id = genericId(key, input, all);
  return {
    kind: { ...KIND, furtherProviders: providersIn(templateOf(input, name)) },
    key,
    title: `the template ${name}`,
    id,
    body: {
      properties: {
        mode: 'Incremental',
        template: templateDigest(templateOf(input, name)),
        parameters: withValues(all.resolve(parameters, input)),
      },
    },
    holdsData: false,
    configKeys: [`templates.${name}.parameters`],
    needs: resourcesNamedBy(input.config, key),
  };
}

export function templateOf({ config }: Pick<DesireInput, 'config'>, name: string): TemplateConfig {
  const found = config.templates?.[name];
  if (!found) throw new Error(`there is no template ${name}`);
  return found;
}

/** Whether Azure registers them by itself depends on who deploys, so they are asked for with all others. */
function providersIn({ template }: TemplateConfig): readonly string[] {
  return [...new Set(templateResources(template).map(({ type }) => namespaceOf(type)))];
}

function templateDigest({ template }: TemplateConfig): string {
  return `sha256:${hashJson(template)}`;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files */
function withValues(parameters: Json): JsonObject {
  const all = isJsonObject(parameters) ? parameters : {};
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value }]));
}

/**
 * What is sent: https://learn.microsoft.com/rest/api/resources/deployments/create-or-update
 *
 * @param body as compared, with the secrets themselves
 */
export function deploymentRequest({ template }: TemplateConfig, body: JsonObject): JsonObject {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  return { properties: { mode: 'Incremental', template, parameters: properties.parameters ?? {} } };
}
