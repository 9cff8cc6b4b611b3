import { describe, expect, it } from 'vitest';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { symbolicOutputs } from '../../../../src/domain/outputs.ts';
import { entriesInUse, leavingEntries } from '../../../../src/resources/app/registries.ts';
import { containerApp } from '../../../../src/resources/container-app.ts';
import { configuredJob, migrationJob, smokeJob } from '../../../../src/resources/job.ts';
import { pullGrants } from '../../../../src/resources/role-assignment.ts';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';

const OTHER =
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/team/providers/Microsoft.ContainerRegistry/registries/other';

const text = (registries: string, more = ''): string => `
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopacr }
key_vault: { name: shop-kv }
registries: ${registries}
release: { smoke_image: "ghcr.io/tools/curl:8" }
services:
  web:
    dockerfile: Dockerfile
    port: 8080
    smoke: [{ path: /ready }]
    migration: { command: ./migrate }
    sidecars: [{ name: proxy, image: "ghcr.io/team/proxy:1" }]
    init: [{ name: fetch, image: "other.azurecr.io/fetch:1" }]
  broker: { image: "rabbitmq:4", port: 5672, transport: tcp }
  tool: { image: "shopacr.azurecr.io/tool:1" }
jobs:
  report: { image: "index.docker.io/team/report:2" }
${more}`;
const ACCESS = `
  ghcr.io: { username: reader, password: "env:GHCR" }
  docker.io: { username: hub, password: "keyvault:hub" }
  other.azurecr.io: { identity: "${OTHER}" }`;

function parsed(yaml: string): DeploymentConfig {
  const result = parseConfig(yaml);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

const problems = (registries: string): readonly string[] => {
  const result = parseConfig(text(registries));
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
};

const input = (config: DeploymentConfig) => ({ environment: 'default', config, outputs: symbolicOutputs().reader });
const configurationOf = (body: JsonObject): unknown => {
  const { registries, secrets } = jsonAt(body, 'properties.configuration') as JsonObject;
  return { registries, secrets: (secrets as JsonObject[]).map(({ name }) => name) };
};

const IDENTITY = '${create_resource_group.identityId}';
const GHCR = { server: 'ghcr.io', username: 'reader', passwordSecretRef: 'registry-password-ghcr-io' };
const HUB = { server: 'index.docker.io', username: 'hub', passwordSecretRef: 'registry-password-docker-io' };

describe('registries of the configuration', () => {
  const config = parsed(text(ACCESS));
  const [web] = config.services.application;
  const [broker, tool] = config.services.infrastructure;
  if (!(web && broker && tool)) throw new Error('no services');

  it('are kept with a run as they are', () => {
    expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(JSON.stringify(config.registries)).not.toMatch(/GHCR"|hub"\s*:/);
  });

  it('are those of an app from which its containers come, with the passwords of the vault', () => {
    expect(configurationOf(containerApp(input(config), web).body)).toEqual({
      registries: [
        { server: '${create_container_registry.loginServer}', identity: IDENTITY },
        GHCR,
        { server: 'other.azurecr.io', identity: IDENTITY },
      ],
      secrets: ['registry-password-ghcr-io'],
    });
    expect(configurationOf(containerApp(input(config), broker).body)).toEqual({
      registries: [HUB],
      secrets: ['registry-password-docker-io'],
    });
    expect(configurationOf(containerApp(input(config), tool).body)).toEqual({
      registries: [{ server: 'shopacr.azurecr.io', identity: IDENTITY }],
      secrets: [],
    });
  });

  it('are those of jobs', () => {
    const [report] = config.jobs ?? [];
    if (!report) throw new Error('no job');
    expect(configurationOf(configuredJob(input(config), report).body)).toMatchObject({ registries: [HUB] });
    expect(configurationOf(migrationJob(input(config), web).body)).toMatchObject({
      registries: [{ server: '${create_container_registry.loginServer}', identity: IDENTITY }],
    });
    const smoke = smokeJob(input(config), web).body;
    expect(configurationOf(smoke)).toEqual({ registries: [GHCR], secrets: ['registry-password-ghcr-io'] });
    expect(jsonAt(smoke, 'identity.type')).toBe('UserAssigned');
    const without = smokeJob(input({ ...config, registries: {} }), web).body;
    expect([without.identity, jsonAt(without, 'properties.configuration.registries')]).toEqual([undefined, undefined]);
  });

  it('let the applications in where the registry is named, in its own subscription', () => {
    const [grant, ...others] = pullGrants(input(config));
    expect(others).toEqual([]);
    expect(grant).toMatchObject({ key: 'role:acr-pull:other.azurecr.io' });
    expect(grant?.id.startsWith(`${OTHER}/providers/Microsoft.Authorization/roleAssignments/`)).toBe(true);
    expect(jsonAt(grant?.body ?? {}, 'properties.roleDefinitionId')).toMatch(
      /^\/subscriptions\/11111111-1111-1111-1111-111111111111\/providers\/Microsoft\.Authorization\/roleDefinitions\//,
    );
    expect(pullGrants(input(parsed(text('{ other.azurecr.io: { identity: true } }'))))).toEqual([]);
  });

  it('take the place of docker.registry without a username, and not of one that has one', () => {
    const prebuilt = parsed(text(ACCESS, 'docker: { registry: ghcr.io/shop }'));
    const [own] = prebuilt.services.application;
    expect(own && configurationOf(containerApp(input(prebuilt), own).body)).toMatchObject({
      registries: [GHCR, { server: 'other.azurecr.io' }],
    });
    const signed = { ...prebuilt, docker: { ...prebuilt.docker, registry: { server: 'ghcr.io', username: 'old' } } };
    expect(own && configurationOf(containerApp(input(signed), own).body)).toMatchObject({
      registries: [{ server: 'ghcr.io', username: 'old' }, { server: 'other.azurecr.io' }],
    });
  });

  it.each<[string, string]>([
    [
      '{ "https://ghcr.io": { username: a, password: "env:B" } }',
      'registries.https://ghcr.io: found "https://ghcr.io"; allowed: a host',
    ],
    [
      '{ ghcr.io/shop: { username: a, password: "env:B" } }',
      'registries.ghcr.io/shop: found "ghcr.io/shop"; allowed: a host',
    ],
    ['{ ghcr.io: {} }', 'registries.ghcr.io: says nothing: give username and password, or identity'],
    ['{ ghcr.io: { username: a } }', 'registries.ghcr.io.password: is missing'],
    ['{ ghcr.io: { password: "env:B" } }', 'registries.ghcr.io.username: is missing'],
    ['{ ghcr.io: { identity: true } }', 'registries.ghcr.io.identity: ghcr.io is no registry of Azure'],
    ['{ a.azurecr.io: { identity: a } }', 'registries.a.azurecr.io.identity: found something else than true or the id'],
    ['{ a.azurecr.io: { identity: true, username: a } }', 'registries.a.azurecr.io.identity: and username or password'],
    [
      '{ docker.io: { username: a, password: "env:B" }, index.docker.io: { username: a, password: "env:B" } }',
      'registries.index.docker.io: is the same registry as docker.io',
    ],
    ['{ shopacr.azurecr.io: { identity: true } }', 'registries.shopacr.azurecr.io: is container_registry'],
  ])('are refused at their place: %s', (registries, expected) => {
    expect(problems(registries).join('\n')).toContain(expected);
  });

  it('warn of a password that stands in the file, at its place', () => {
    const result = parseConfig(text('{ ghcr.io: { username: a, password: hush-hush } }'));
    expect(result.ok && result.parsed.warnings).toMatchObject([{ path: 'registries.ghcr.io.password' }]);
    expect(result.ok && [...result.parsed.literals]).toEqual([['registries.ghcr.io.password', 'hush-hush']]);
    expect(JSON.stringify(result.ok && result.parsed.config)).not.toContain('hush-hush');
  });
});

describe('entries that are wanted no more', () => {
  const body = (...servers: readonly string[]): JsonObject => ({
    properties: { configuration: { registries: servers.map((server) => ({ server })) } },
  });

  it('stay as long as a revision that runs pulls from there, and those of others anyway', () => {
    const leaving = leavingEntries(
      body('a.azurecr.io'),
      body('GHCR.io', 'quay.io', 'a.azurecr.io'),
      body('ghcr.io', 'quay.io', 'x.io'),
    );
    expect(leaving).toEqual([{ server: 'ghcr.io' }, { server: 'quay.io' }]);
    const template = {
      containers: [{ image: 'a.azurecr.io/web' }],
      initContainers: [{ image: 'ghcr.io/team/proxy:1' }],
    };
    expect(entriesInUse(leaving, [template])).toEqual([{ server: 'ghcr.io' }]);
  });
});
