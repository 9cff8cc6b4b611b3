import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../src/activities/activities.ts';
import type { DeploymentConfig, ServiceConfig } from '../../../src/domain/config/model.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import { dependenciesOf } from '../../../src/domain/fingerprint.ts';
import { stepDefinition } from '../../../src/domain/steps.ts';
import { exampleConfig } from '../../helpers/example-config.ts';

type Hashes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The parts of each step's fingerprint that come of its resources, as commit 5b07673 made them. */
const BEFORE = JSON.parse(
  readFileSync(new URL('../../fixtures/fingerprints/resources-5b07673.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Hashes>>;

const example = await readExample();

/** Every kind of resource is in at least one of these. */
const VARIANTS: Readonly<Record<string, DeploymentConfig>> = {
  example,
  'a classic cache': { ...example, redis: { ...example.redis, kind: 'classic' } },
  'smoke jobs, a consumer and a foreign registry': {
    ...example,
    docker: { ...example.docker, registry: { server: 'ghcr.io/shop', username: 'reader' } },
    services: { ...example.services, application: example.services.application.map(sleepyOrConsumer) },
  },
};

async function readExample(): Promise<DeploymentConfig> {
  const result = parseConfig(await exampleConfig());
  if (!result.ok) throw new Error('the example does not parse');
  return result.parsed.config;
}

function sleepyOrConsumer(service: ServiceConfig, index: number): ServiceConfig {
  return index === 1 ? { ...service, consumer: true } : { ...service, minReplicas: 0 };
}

function hashesOf(config: DeploymentConfig): Hashes {
  const steps = createSteps().map(({ name, desire }) => {
    const { dependencies } = dependenciesOf({
      ...{ definition: stepDefinition(name), desire, environment: 'default', config, facts: {} },
      outputs: () => undefined,
    });
    const own = Object.entries(dependencies).filter(([key]) => /^(resource|output):/.test(key));
    return [name, Object.fromEntries(own.map(([key, { hash }]) => [key, hash]))] as const;
  });
  return Object.fromEntries(steps);
}

describe('after an upgrade', () => {
  it.each(Object.entries(VARIANTS))(
    'no step runs because of how its resources are written down: %s',
    (name, config) => {
      expect(hashesOf(config)).toEqual(BEFORE[name]);
    },
  );
});
