import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SecretClient } from '@azure/keyvault-secrets';
import { AnonymousCredential, BlockBlobClient } from '@azure/storage-blob';
import { createSteps } from '../../src/activities/activities.ts';
import { cloudEndpoints } from '../../src/azure/clouds.ts';
import { readPrincipal } from '../../src/azure/credentials.ts';
import type { SimulatorProcess } from '../../src/cli/simulator-process.ts';
import type { ParsedConfig } from '../../src/domain/config/model.ts';
import type { DesiredResource, DesireInput } from '../../src/domain/desired.ts';
import { outputReference } from '../../src/domain/outputs.ts';
import { rabbitMq } from '../../src/domain/sections/composed-secrets.ts';
import type { StepName } from '../../src/domain/steps.ts';
import { imagesToBuild } from '../../src/images/image-sources.ts';
import { storageTransport } from '../../src/outbound/storage-transport.ts';
import { migrationContainer } from '../../src/resources/app/migration.ts';
import { migrationJobName } from '../../src/resources/job.ts';
import { databaseUrl, rabbitmqUrl, redisUrl } from '../../src/secrets/connection-strings.ts';
import type { SourceTree } from '../../src/source/ports.ts';
import { createClients } from './clients.ts';

const NAMESPACES = [
  'App',
  'ContainerRegistry',
  'OperationalInsights',
  'Insights',
  'KeyVault',
  'ManagedIdentity',
  'DBforPostgreSQL',
  'Cache',
];
const TASKS_VERSION = '2019-06-01-preview';
/** Between looks at what has no poller, as people write it; seconds of Azure. */
const LOOK_SECONDS = 5;

/**
 * The fourteen steps as a plain script would do them: one after the other, each resource waited for by the SDK's poller. No state,
 * no plan, nothing resumable. The bodies are the product's own, so that both make the same cloud.
 */
export async function deploySequentially(
  simulator: SimulatorProcess,
  { config }: Pick<ParsedConfig, 'config'>,
  source: SourceTree,
  speed: number,
): Promise<void> {
  const { resources, apps, rest, credential, transport } = await createClients(simulator);
  const { resourceGroup: group, projectName } = config.azure;
  const outputs = new Map<string, string>();
  const input: DesireInput = {
    environment: 'default',
    config,
    outputs: {
      read(...output) {
        const { step, output: name } = outputReference(output);
        return outputs.get(`${step}.${name}`) ?? missing(`${step}.${name}`);
      },
    },
  };
  const keep = (step: StepName, values: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(values)) outputs.set(`${step}.${name}`, value);
  };
  const desired = (name: StepName): readonly DesiredResource[] =>
    createSteps()
      .find((step) => step.name === name)
      ?.desire(input) ?? [];
  const put = async (resource: DesiredResource, extra: object = {}): Promise<Record<string, string>> => {
    const body = { ...resource.body, properties: { ...(resource.body.properties as object), ...extra } };
    const live = await resources.resources.createOrUpdateById(
      resource.id.slice(1),
      resource.kind.apiVersion,
      body as never,
    );
    return { ...(live.properties as Record<string, string>), id: resource.id };
  };
  const post = async (path: string, version: string, body?: object): Promise<Record<string, string>> => {
    const answer = await rest.pathUnchecked(path).post({ queryParameters: { 'api-version': version }, body });
    if (Number(answer.status) >= 400) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Record<string, string>;
  };
  const until = async (done: () => Promise<boolean>): Promise<void> => {
    while (!(await done())) await sleep((LOOK_SECONDS * 1000) / speed);
  };
  const unlessForbidden = async <T>(action: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await action();
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode !== 403) throw error;
        await sleep((LOOK_SECONDS * 1000) / speed);
      }
    }
  };

  // 1: check_prerequisites
  const principal = await readPrincipal(credential, cloudEndpoints('AzureCloud'));
  keep('check_prerequisites', {
    subscriptionId: simulator.subscriptionId,
    tenantId: principal.tenantId,
    principalId: principal.objectId,
    principalType: principal.principalType ?? '',
  });
  for (const namespace of NAMESPACES) await resources.providers.register(`Microsoft.${namespace}`);
  for (const namespace of NAMESPACES) {
    await until(
      async () => (await resources.providers.get(`Microsoft.${namespace}`)).registrationState === 'Registered',
    );
  }

  // 2: create_resource_group
  const [groupResource, identityResource] = desired('create_resource_group');
  await resources.resourceGroups.createOrUpdate(group, groupResource?.body as never);
  const identity = await put(identityResource as DesiredResource);
  keep('create_resource_group', { identityId: identity.id ?? '', identityPrincipalId: identity.principalId ?? '' });

  // 3: create_monitoring
  const [workspace, insights] = desired('create_monitoring');
  keep('create_monitoring', { workspaceId: (await put(workspace as DesiredResource)).id ?? '' });
  await put(insights as DesiredResource);

  // 4: create_container_registry, with its two roles
  const [registry, ...registryRoles] = desired('create_container_registry');
  const { id: registryId = '', loginServer = '' } = await put(registry as DesiredResource);
  keep('create_container_registry', { registryId, loginServer, registryIncarnation: '' });
  for (const role of registryRoles) await put(role);

  // 5: create_key_vault, with its two roles
  const [vault, ...vaultRoles] = desired('create_key_vault');
  const { vaultUri = '' } = await put(vault as DesiredResource);
  keep('create_key_vault', { vaultUri });
  for (const role of vaultRoles) await put(role);

  // 6: create_databases
  const databasePassword = password();
  const [server, ...children] = desired('create_databases');
  const postgres = await put(server as DesiredResource, { administratorLoginPassword: databasePassword });
  const live = new Map<string, Record<string, string>>();
  for (const child of children) live.set(child.kind.type, await put(child));
  const redis = live.get('Microsoft.Cache/redisEnterprise') ?? {};
  const redisDatabase = live.get('Microsoft.Cache/redisEnterprise/databases') ?? {};

  // 7: store_secrets
  const secrets = new SecretClient(vaultUri, credential, { httpClient: transport });
  const { primaryKey = '' } = await post(`${redisDatabase.id}/listKeys`, '2025-07-01');
  const broker = rabbitMq(config);
  const brokerPassword = password();
  const values: Record<string, string> = {
    'POSTGRES-PASSWORD': databasePassword,
    'DATABASE-URL': databaseUrl({
      user: config.postgresql.adminUser,
      password: databasePassword,
      host: postgres.fullyQualifiedDomainName ?? '',
      database: config.postgresql.databaseName,
    }),
    'REDIS-URL': redisUrl({ key: primaryKey, host: redis.hostName ?? '', port: String(redisDatabase.port) }),
    ...Object.fromEntries(Object.keys(config.secrets).map((name) => [name, password()])),
    ...(broker && {
      [broker.passwordName]: brokerPassword,
      'RABBITMQ-URL': rabbitmqUrl(broker, brokerPassword),
    }),
  };
  for (const [name, value] of Object.entries(values)) {
    const { properties } = await unlessForbidden(() => secrets.setSecret(name, value));
    keep('store_secrets', { [`secret.${name}`]: properties.id ?? '' });
  }

  // 8: create_container_apps_env
  const [environment, diagnostics] = desired('create_container_apps_env');
  const { id: environmentId = '', defaultDomain = '' } = await put(environment as DesiredResource);
  keep('create_container_apps_env', { environmentId, defaultDomain });
  await put(diagnostics as DesiredResource);

  // 9: build_and_push_images
  for (const image of imagesToBuild(config)) {
    const repository = `${projectName}/${config.services.application.find(({ key }) => key === image.service)?.name}`;
    const upload = await post(`${registryId}/listBuildSourceUploadUrl`, TASKS_VERSION);
    const blob = new BlockBlobClient(upload.uploadUrl ?? '', new AnonymousCredential(), {
      httpClient: storageTransport(transport),
    });
    await blob.uploadData(await buffer(await source.archive(image)));
    const run = (await post(`${registryId}/scheduleRun`, TASKS_VERSION, {
      type: 'DockerBuildRequest',
      sourceLocation: upload.relativePath,
      dockerFilePath: image.dockerfile,
      imageNames: [`${loginServer}/${repository}:latest`],
      isPushEnabled: true,
      platform: { os: 'Linux', architecture: 'amd64' },
      agentConfiguration: { cpu: 2 },
      timeout: 1800,
    })) as unknown as { properties: { runId: string } };
    await until(async () => {
      const answer = await rest
        .pathUnchecked(`${registryId}/runs/${run.properties.runId}`)
        .get({ queryParameters: { 'api-version': TASKS_VERSION } });
      const { status, outputImages } = (answer.body as { properties: BuildProperties }).properties;
      if (['Failed', 'Canceled', 'Error', 'Timeout'].includes(status)) throw new Error(`the build ended as ${status}`);
      const [built] = outputImages ?? [];
      if (status !== 'Succeeded' || !built) return false;
      keep('build_and_push_images', { [`image.${image.service}`]: `${loginServer}/${repository}@${built.digest}` });
      return true;
    });
  }

  // 10: deploy_infrastructure_services
  for (const app of desired('deploy_infrastructure_services')) await put(app);

  // 13: run_migrations, before the new code
  const migrated = config.services.application.filter(({ migration }) => migration !== undefined);
  for (const [index, job] of desired('run_migrations').entries()) {
    const service = migrated[index];
    if (!service) throw new Error(`no service of ${job.key}`);
    await put(job);
    const template = { containers: [migrationContainer(input, service)] };
    const { name = '' } = await apps.jobs.start(group, migrationJobName(service), { template: template as never });
    await until(async () => {
      const { status } = await apps.jobExecution(group, migrationJobName(service), name);
      if (status === 'Failed') throw new Error(`the migration ${name} failed`);
      return status === 'Succeeded';
    });
  }

  // 11 and 12: deploy_application_services, with their variables
  for (const app of desired('deploy_application_services')) await put(app);

  // 14: verify_deployment
  for (const { name } of config.services.application) {
    await until(async () => {
      for await (const revision of apps.containerAppsRevisions.listRevisions(group, name)) {
        if (revision.healthState === 'Healthy') return true;
      }
      return false;
    });
  }
}

interface BuildProperties {
  readonly status: string;
  readonly outputImages?: readonly { readonly digest: string }[];
}

function password(): string {
  return randomBytes(24).toString('base64url');
}

function missing(name: string): never {
  throw new Error(`${name} is not known yet`);
}
