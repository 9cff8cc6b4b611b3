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

/** All that the steps depend on with the users' template, bodies and keys, as commit 282c5bf made it; first digits of hashes. */
const OF_TEMPLATE = JSON.parse(
  readFileSync(new URL('../../fixtures/fingerprints/template-282c5bf.json', import.meta.url), 'utf8'),
) as Hashes;
const HASH_DIGITS = 16;

const example = parsed(await exampleConfig());
const template = parsed(
  readFileSync(new URL('../../fixtures/configs/draftgenie.template.yaml', import.meta.url), 'utf8').replace(
    'gemini_api_key: ""',
    'gemini_api_key: "env:GEMINI_API_KEY"',
  ),
);

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

function parsed(text: string): DeploymentConfig {
  const result = parseConfig(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function sleepyOrConsumer(service: ServiceConfig, index: number): ServiceConfig {
  return index === 1 ? { ...service, consumer: true } : { ...service, minReplicas: 0 };
}

function dependenciesIn(config: DeploymentConfig): Hashes {
  const steps = createSteps().map(({ name, desire }) => {
    const { dependencies } = dependenciesOf({
      ...{ definition: stepDefinition(name), desire, environment: 'default', config, facts: {} },
      outputs: () => undefined,
    });
    return [name, Object.fromEntries(Object.entries(dependencies).map(([key, { hash }]) => [key, hash]))] as const;
  });
  return Object.fromEntries(steps);
}

function mapped(hashes: Hashes, map: (entry: [key: string, hash: string]) => [string, string][]): Hashes {
  return Object.fromEntries(
    Object.entries(hashes).map(([step, all]) => [step, Object.fromEntries(Object.entries(all).flatMap(map))]),
  );
}

const hashesOf = (config: DeploymentConfig): Hashes =>
  mapped(dependenciesIn(config), (entry) => (/^(resource|output):/.test(entry[0]) ? [entry] : []));

describe('after an upgrade', () => {
  it.each(Object.entries(VARIANTS))(
    'no step runs because of how its resources are written down: %s',
    (name, config) => {
      expect(hashesOf(config)).toEqual(BEFORE[name]);
    },
  );

  it('the users’ template has the same keys, bodies and outputs', () => {
    expect(mapped(dependenciesIn(template), ([key, hash]) => [[key, hash.slice(0, HASH_DIGITS)]])).toEqual(OF_TEMPLATE);
  });
});
