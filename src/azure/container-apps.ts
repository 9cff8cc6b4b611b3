import type { ContainerAppsAPIClient, JobExecution, Replica, Revision } from '@azure/arm-appcontainers';
import { type JsonObject, jsonAt } from '../shared/json.ts';
import type { ArmConnection } from './arm.ts';
import { clientOptions } from './client-options.ts';
import { managementTerms } from './client-terms.ts';
import { errorOfSdk } from './errors.ts';
import { readExecutionLog, readRevisionLogs } from './logs/container-logs.ts';
import { allItems } from './pages.ts';
import type { Arm, ContainerApps, JobExecutionView, ReplicaView, RevisionView } from './ports.ts';
import { asAzureError } from './resource-manager.ts';

const API_VERSION = '2026-07-01';

/**
 * What is below apps and jobs, on @azure/arm-appcontainers.
 * @param keepSecret called with every secret value that is read, so that none reaches a log.
 */
export function createContainerApps(
  connection: ArmConnection,
  arm: Arm,
  keepSecret: (value: string) => void,
): ContainerApps {
  const clients = new Map<string, Promise<ContainerAppsAPIClient>>();

  function client(subscriptionId: string): Promise<ContainerAppsAPIClient> {
    const known = clients.get(subscriptionId);
    if (known) return known;
    const { credential, cloud, transport } = connection;
    const options = {
      endpoint: cloud.resourceManager,
      ...clientOptions(transport, managementTerms(cloud)),
      apiVersion: API_VERSION,
    };
    const created = import('@azure/arm-appcontainers').then(
      ({ ContainerAppsAPIClient: Client }) => new Client(credential, subscriptionId, options),
    );
    clients.set(subscriptionId, created);
    return created;
  }

  const apps: ContainerApps = {
    async revision(subscriptionId, group, app, revision) {
      return await orUndefined(async () =>
        revisionView(await (await client(subscriptionId)).containerAppsRevisions.getRevision(group, app, revision)),
      );
    },
    revisions: (subscriptionId, group, app) =>
      asAzureError(async () => {
        const { containerAppsRevisions } = await client(subscriptionId);
        return (await allItems(containerAppsRevisions.listRevisions(group, app))).map(revisionView);
      }),
    replicas: (subscriptionId, group, app, revision) =>
      asAzureError(async () => {
        const operations = (await client(subscriptionId)).containerAppsRevisionReplicas;
        return (await operations.listReplicas(group, app, revision)).value.map(replicaView);
      }),
    executions: (subscriptionId, group, job) =>
      asAzureError(async () => {
        const { jobsExecutions } = await client(subscriptionId);
        return (await allItems(jobsExecutions.list(group, job))).map(executionView);
      }),
    execution: (subscriptionId, group, job, name) =>
      orUndefined(async () => executionView(await (await client(subscriptionId)).jobExecution(group, job, name))),
    async secretValues(id, apiVersion) {
      const reply = await arm.post(`${id}/listSecrets`, apiVersion, undefined, { repeatable: true });
      const secrets = reply.kind === 'done' ? jsonAt(reply.body, 'value') : undefined;
      const values = new Map<string, string>();
      for (const secret of Array.isArray(secrets) ? secrets : []) {
        const [name, value] = [jsonAt(secret, 'name'), jsonAt(secret, 'value')];
        if (typeof name !== 'string' || typeof value !== 'string') continue;
        keepSecret(value);
        values.set(name, value);
      }
      return values;
    },
    activate: (subscriptionId, group, app, revision) =>
      asAzureError(async () => {
        await (await client(subscriptionId)).containerAppsRevisions.activateRevision(group, app, revision);
      }),
    deactivate: (subscriptionId, group, app, revision) =>
      asAzureError(async () => {
        await (await client(subscriptionId)).containerAppsRevisions.deactivateRevision(group, app, revision);
      }),
    revisionLogs: (subscriptionId, group, app, revision) =>
      readRevisionLogs(connection, arm, `${place(subscriptionId, group)}/containerApps/${app}`, revision),
    executionLog: (subscriptionId, group, job, execution) =>
      readExecutionLog(connection, arm, `${place(subscriptionId, group)}/jobs/${job}`, execution),
  };
  return apps;
}

function place(subscriptionId: string, group: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.App`;
}

async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const known = errorOfSdk(error);
    if (known.statusCode === 404) return undefined;
    throw known;
  }
}

function revisionView(revision: Revision): RevisionView {
  const {
    name = '',
    active,
    healthState,
    runningState,
    provisioningState,
    replicas,
    fqdn,
    createdTime,
    trafficWeight,
    template,
  } = revision;
  const image = template?.containers?.[0]?.image;
  return {
    name,
    active: active ?? false,
    healthState: healthState ?? 'None',
    runningState: runningState ?? 'Unknown',
    provisioningState: provisioningState ?? 'Unknown',
    replicas: replicas ?? 0,
    ...(fqdn !== undefined && { fqdn }),
    ...(createdTime !== undefined && { createdTime: createdTime.toISOString() }),
    ...(image !== undefined && { image }),
    trafficWeight: trafficWeight ?? 0,
    // The client's names below a template are those of the wire.
    template: JSON.parse(JSON.stringify(template ?? {})) as JsonObject,
  };
}

function replicaView({ name = '', runningState, runningStateDetails, containers = [] }: Replica): ReplicaView {
  return {
    name,
    runningState: runningState ?? 'Unknown',
    ...(runningStateDetails !== undefined && { runningStateDetails }),
    containers: containers.map((container) => ({
      name: container.name ?? '',
      ready: container.ready ?? false,
      restartCount: container.restartCount ?? 0,
    })),
  };
}

function exitCodeOf(detail: JobExecution['detailedStatus']): Pick<JobExecutionView, 'exitCode'> {
  const codes = (detail?.replicas ?? []).flatMap(({ containers = [] }) => containers.flatMap(({ code }) => code ?? []));
  const exitCode = codes.find((code) => code !== 0) ?? codes[0];
  return exitCode === undefined ? {} : { exitCode };
}

function executionView({
  name = '',
  status,
  startTime,
  endTime,
  template,
  detailedStatus,
}: JobExecution): JobExecutionView {
  const env = template?.containers?.flatMap((container) => container.env ?? []) ?? [];
  return {
    name,
    status: status ?? 'Unknown',
    ...(startTime !== undefined && { startTime: startTime.toISOString() }),
    ...(endTime !== undefined && { endTime: endTime.toISOString() }),
    ...(endTime !== undefined && exitCodeOf(detailedStatus)),
    env: Object.fromEntries(
      env.flatMap((one) => (one.name !== undefined && one.value !== undefined ? [[one.name, one.value]] : [])),
    ),
  };
}
