import { createSteps } from '../../../src/activities/activities.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import type { DesiredResource } from '../../../src/domain/desired.ts';
import { outputReference } from '../../../src/domain/outputs.ts';
import { isJsonObject, type JsonObject } from '../../../src/shared/json.ts';
import { tagsProblem } from '../../../src/simulator/arm/tags.ts';
import { schemaProblem } from '../../../src/simulator/arm/write-rules.ts';
import { appProblem, workloadNameProblem } from '../../../src/simulator/container-apps/app-rules.ts';
import { triggerProblem } from '../../../src/simulator/container-apps/job.ts';
import type { Container, ManagedEnvironment, Workload } from '../../../src/simulator/container-apps/model.ts';
import { volumesProblem } from '../../../src/simulator/container-apps/rules/volume-rules.ts';
import { workloadProblem } from '../../../src/simulator/container-apps/template-rules.ts';
import type { Refusal } from '../../../src/simulator/refusal.ts';
import { parseImageReference } from '../../../src/simulator/registry/content.ts';
import { RESOURCE_TYPES } from '../../../src/simulator/types/index.ts';
import { databaseProblem, serverProblem } from '../../../src/simulator/types/postgresql-rules.ts';
import { databaseProblem as cacheProblem, managedProblem } from '../../../src/simulator/types/redis-rules.ts';
import { accountProblem } from '../../../src/simulator/types/storage/account-rules.ts';
import { networkProblem } from '../../../src/simulator/types/storage/network-rules.ts';

const GUID = '00000000-0000-0000-0000-000000000000';
const GROUP = `/subscriptions/${GUID}/resourceGroups/shop-rg`;
const ENVIRONMENT_ID = `${GROUP}/providers/Microsoft.App/managedEnvironments/shop-env`;
const ENVIRONMENT = {
  id: ENVIRONMENT_ID,
  properties: { provisioningState: 'Succeeded', workloadProfiles: [{ name: 'Consumption' }] },
} as unknown as ManagedEnvironment;

const OUTPUTS: Readonly<Record<string, string>> = {
  subscriptionId: GUID,
  resourceGroupId: GROUP,
  environmentId: ENVIRONMENT_ID,
  identityId: `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop`,
  loginServer: 'shopregistry.azurecr.io',
  principalType: 'User',
  tenantId: GUID,
  principalId: GUID,
  identityPrincipalId: GUID,
};

/** What every earlier step could have left. */
function madeUp(step: string, output: string): string {
  const [family, ...member] = output.split('.');
  if (member.length === 0) return OUTPUTS[output] ?? `${step}-${output}`;
  if (family === 'image') return `shopregistry.azurecr.io/image@sha256:${'0'.repeat(64)}`;
  return `https://shop-vault.vault.azure.net/secrets/${member.join('.')}/0123456789abcdef0123456789abcdef`;
}

/**
 * What the simulator refuses of all that a configuration wants, as if everything else were there: what depends on Azure (a name
 * that is taken, a size that a region does not offer) is not among it.
 */
export function refusalsOf(config: DeploymentConfig): readonly string[] {
  const outputs = {
    read(...asked: Parameters<typeof outputReference>[0]) {
      const { step, output } = outputReference(asked);
      return madeUp(step, output);
    },
  };
  const wanted: readonly DesiredResource[] = createSteps().flatMap(({ desire }) =>
    desire({ environment: 'default', config, outputs }),
  );
  return wanted.flatMap((resource) => {
    const refusal = refusalOf(resource, wanted);
    return refusal ? [`${resource.title}: ${refusal.code}: ${refusal.message}`] : [];
  });
}

function refusalOf({ kind, id, body }: DesiredResource, wanted: readonly DesiredResource[]): Refusal | undefined {
  const type = RESOURCE_TYPES.get(kind.type.toLowerCase());
  if (!type) throw new Error(`the simulator has no ${kind.type}`);
  const name = id.slice(id.lastIndexOf('/') + 1);
  return (
    (type.name.test(name) ? undefined : wrong('InvalidResourceName', `${name} is no name`)) ??
    schemaProblem(type, body) ??
    tagsProblem(body) ??
    ownProblem(kind.type, name, body, wanted)
  );
}

function ownProblem(
  type: string,
  name: string,
  body: JsonObject,
  wanted: readonly DesiredResource[],
): Refusal | undefined {
  switch (type) {
    case 'Microsoft.App/containerApps':
      return appProblem(name, body as unknown as Workload, ENVIRONMENT, []) ?? imageProblem(body);
    case 'Microsoft.App/jobs': {
      const job = body as unknown as Workload;
      return (
        workloadNameProblem('ContainerAppsJob', name) ??
        workloadProblem(job) ??
        volumesProblem(name, job) ??
        triggerProblem(body) ??
        imageProblem(body)
      );
    }
    case 'Microsoft.DBforPostgreSQL/flexibleServers':
      return offered(serverProblem(withPassword(body), withPassword(body), undefined));
    case 'Microsoft.DBforPostgreSQL/flexibleServers/databases':
      return databaseProblem(name);
    case 'Microsoft.Cache/redisEnterprise':
      return managedProblem(body, undefined);
    case 'Microsoft.Cache/redisEnterprise/databases': {
      const cache = wanted.find(({ kind }) => kind.type === 'Microsoft.Cache/redisEnterprise');
      const sku = cache && isJsonObject(cache.body.sku) ? String(cache.body.sku.name) : '';
      return cacheProblem(body, sku);
    }
    case 'Microsoft.Storage/storageAccounts':
      return accountProblem(body, body, undefined) ?? networkProblem(body);
    default:
      return undefined;
  }
}

/** The step puts in a random one. */
function withPassword(body: JsonObject): JsonObject {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  return { ...body, properties: { ...properties, administratorLoginPassword: 'zQ7-0000000000' } };
}

/** Which sizes and versions there are in a region, Azure alone knows: it is asked before anything is made. */
function offered(refusal: Refusal | undefined): Refusal | undefined {
  const isOffer =
    refusal && (refusal.code === 'LocationIsOfferRestricted' || /^The SKU|parameter version/.test(refusal.message));
  return isOffer ? undefined : refusal;
}

function imageProblem(body: JsonObject): Refusal | undefined {
  const template = (body as unknown as Workload).properties?.template;
  const containers: readonly Container[] = [...(template?.containers ?? []), ...(template?.initContainers ?? [])];
  const unreadable = containers.find(({ image }) => !parseImageReference(image ?? ''));
  return unreadable && wrong('ContainerAppOperationError', `could not parse reference: ${unreadable.image}`);
}

function wrong(code: string, message: string): Refusal {
  return { status: 400, code, message };
}
