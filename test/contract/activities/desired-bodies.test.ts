import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createContainerAppsEnv } from '../../../src/activities/create-container-apps-env.ts';
import { createContainerRegistry } from '../../../src/activities/create-container-registry.ts';
import { createDatabases } from '../../../src/activities/create-databases.ts';
import { createKeyVault } from '../../../src/activities/create-key-vault.ts';
import { createMonitoring } from '../../../src/activities/create-monitoring.ts';
import { createResourceGroup } from '../../../src/activities/create-resource-group.ts';
import type { DesiredResource, DesireInput } from '../../../src/domain/desired.ts';
import { withCreator } from '../../../src/domain/tags.ts';
import { classicRedis } from '../../../src/resources/redis-classic.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { sharedDirectory, sharedMissing } from '../../helpers/shared.ts';
import { stepContext } from '../../helpers/step-context.ts';

const steps = [
  createResourceGroup,
  createMonitoring,
  createContainerRegistry,
  createKeyVault,
  createDatabases,
  createContainerAppsEnv,
];
const input: DesireInput = stepContext(fakeAzure().azure);
const config = deploymentConfig();
const premium = { ...input, config: { ...config, redis: { ...config.redis, sku: 'Premium', vmSize: 'p1' } } } as const;
const bodies: readonly DesiredResource[] = [
  ...steps.flatMap((step) => step.desire(input)),
  classicRedis(input),
  classicRedis(premium),
];

describe.skipIf(sharedDirectory === undefined)(
  `the bodies of steps 2 to 8 ${sharedDirectory ? '' : sharedMissing}`,
  () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });

    it.each(bodies.map((resource) => [resource.key, resource] as const))('%s is what Azure takes', (_, resource) => {
      const file = `${resource.kind.type.replaceAll('/', '.')}@${resource.kind.apiVersion}.json`;
      const schema = JSON.parse(readFileSync(join(sharedDirectory ?? '', 'azure/schemas', file), 'utf8')) as object;
      const isValid = ajv.getSchema((schema as { $id: string }).$id) ?? ajv.compile(schema);
      const body = resource.kind.ownership === 'tagged' ? withCreator(resource.body, 'default-run') : resource.body;
      isValid(body);
      expect(isValid.errors).toBeNull();
      expect(isValid({ ...body, surprise: 1 })).toBe(false);
    });
  },
);
