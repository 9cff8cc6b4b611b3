import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createContainerAppsEnv } from '../../../src/activities/create-container-apps-env.ts';
import { createContainerRegistry } from '../../../src/activities/create-container-registry.ts';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import { createKeyVault } from '../../../src/activities/create-key-vault.ts';
import { createMonitoring } from '../../../src/activities/create-monitoring.ts';
import { createResourceGroup } from '../../../src/activities/create-resource-group.ts';
import { deployApplicationServices } from '../../../src/activities/deploy-application-services.ts';
import { deployInfrastructureServices } from '../../../src/activities/deploy-infrastructure-services.ts';
import type { DesiredResource } from '../../../src/domain/desired.ts';
import { symbolicOutputs } from '../../../src/domain/outputs.ts';
import { withCreator } from '../../../src/domain/tags.ts';
import { classicRedis } from '../../../src/resources/redis-classic.ts';
import { withChosenServices, withSharesByNfs } from '../../helpers/chosen-services.ts';
import { chosenConfig, deploymentConfig } from '../../helpers/deployment-config.ts';
import { desireInput } from '../../helpers/desire-input.ts';
import { resourceSchema } from '../../helpers/recorded/resource-schemas.ts';

const steps = [
  createResourceGroup,
  createMonitoring,
  createContainerRegistry,
  createKeyVault,
  createDatabases,
  createContainerAppsEnv,
];
const appSteps = [deployInfrastructureServices, deployApplicationServices];
/** Of what services mount. */
const mounting = [createDatabases, createContainerAppsEnv, deployInfrastructureServices];
const input = desireInput();
const config = deploymentConfig();
const premium = { ...input, config: { ...config, redis: { ...config.redis, sku: 'Premium', vmSize: 'p1' } } } as const;
/** Everything that may be written of a server, a vault, a registry and a cache. */
const chosen = { ...input, config: chosenConfig(config) };
const services = { ...input, config: withChosenServices(config), outputs: symbolicOutputs().reader };
const byNfs = { ...services, config: withSharesByNfs(config) };
const bodies: readonly DesiredResource[] = [
  ...steps.flatMap((step) => step.desire(input)),
  ...steps.flatMap((step) => step.desire(chosen)),
  ...appSteps.flatMap((step) => step.desire(services)),
  ...[services, byNfs].flatMap((one) => mounting.flatMap((step) => step.desire(one))),
  classicRedis(input),
  classicRedis(premium),
];

describe('the bodies of steps 2 to 8, 10 and 11', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });

  it.each(bodies.map((resource) => [resource.key, resource] as const))('%s is what Azure takes', (_, resource) => {
    const schema = resourceSchema(resource.kind.type, resource.kind.apiVersion);
    const isValid = ajv.getSchema(schema?.$id ?? '') ?? ajv.compile(schema ?? false);
    const body = resource.kind.ownership === 'tagged' ? withCreator(resource.body, 'default-run') : resource.body;
    isValid(body);
    expect(isValid.errors).toBeNull();
    expect(isValid({ ...body, surprise: 1 })).toBe(false);
  });
});
