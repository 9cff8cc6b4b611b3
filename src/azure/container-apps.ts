import type { ContainerAppsAPIClient, JobExecution, Replica, Revision } from '@azure/arm-appcontainers';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import type { ArmConnection } from './arm.ts';
import { clientOptions } from './client-options.ts';
import { errorOfException } from './errors.ts';
import type { Arm, ContainerApps, JobExecutionView, ReplicaView, RevisionView } from './ports.ts';
import { asAzureError } from './resource-manager.ts';

const API_VERSION = '2026-01-01';
/** The replicas of an execution and the token for their logs are in preview versions only, since 2023-11-02-preview. */
const EXECUTION_LOG_VERSION = '2024-10-02-preview';
const LOG_LINES = 100;
const LOG_TIMEOUT_IN_MS = 10_000;

/** Reads of what is below apps and jobs, on @azure/arm-appcontainers. */
export function createContainerApps(connection: ArmConnection, arm: Arm): ContainerApps {
  const clients = new Map<string, Promise<ContainerAppsAPIClient>>();

  function client(subscriptionId: string): Promise<ContainerAppsAPIClient> {
    const known = clients.get(subscriptionId);
    if (known) return known;
    const { credential, cloud, transport } = connection;
    const options = {
      endpoint: cloud.resourceManager,
      ...clientOptions(transport),
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
        const found: RevisionView[] = [];
        const pages = (await client(subscriptionId)).containerAppsRevisions.listRevisions(group, app);
        for await (const revision of pages) found.push(revisionView(revision));
        return found;
      }),
    replicas: (subscriptionId, group, app, revision) =>
      asAzureError(async () => {
        const operations = (await client(subscriptionId)).containerAppsRevisionReplicas;
        return (await operations.listReplicas(group, app, revision)).value.map(replicaView);
      }),
    executions: (subscriptionId, group, job) =>
      asAzureError(async () => {
        const found: JobExecutionView[] = [];
        for await (const one of (await client(subscriptionId)).jobsExecutions.list(group, job))
          found.push(executionView(one));
        return found;
      }),
    execution: (subscriptionId, group, job, name) =>
      orUndefined(async () => executionView(await (await client(subscriptionId)).jobExecution(group, job, name))),
    async executionLog(subscriptionId, group, job, execution) {
      const id = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.App/jobs/${job}`;
      try {
        return await readExecutionLog(connection, arm, id, execution);
      } catch (error) {
        // The log explains a failure; its absence must not hide one. A bug of ours is thrown all the same.
        errorOfException(error);
        return [];
      }
    },
  };
  return apps;
}

async function readExecutionLog(
  connection: ArmConnection,
  arm: Arm,
  jobId: string,
  execution: string,
): Promise<readonly string[]> {
  const replicas = await arm.list(`${jobId}/executions/${execution}/replicas`, EXECUTION_LOG_VERSION);
  const containers = replicas.flatMap(({ properties }) =>
    isJsonObject(properties) && Array.isArray(properties.containers) ? properties.containers.filter(isJsonObject) : [],
  );
  const endpoint = containers.find(({ logStreamEndpoint }) => typeof logStreamEndpoint === 'string')?.logStreamEndpoint;
  if (typeof endpoint !== 'string') return [];
  const reply = await arm.post(`${jobId}/getAuthToken`, EXECUTION_LOG_VERSION);
  const token = reply.kind === 'done' ? tokenOf(reply.body) : undefined;
  if (token === undefined) return [];
  const url = new URL(endpoint);
  if (url.protocol !== 'https:') return [];
  url.searchParams.set('tailLines', String(LOG_LINES));
  url.searchParams.set('output', 'text');
  const request = createPipelineRequest({ url: url.href, method: 'GET', timeout: LOG_TIMEOUT_IN_MS });
  request.headers.set('authorization', `Bearer ${token}`);
  const { status, bodyAsText } = await connection.transport.sendRequest(request);
  return status === 200 ? (bodyAsText ?? '').split('\n').filter((line) => line !== '') : [];
}

function tokenOf(body: unknown): string | undefined {
  const properties = isJsonObject(body) ? (body as JsonObject).properties : undefined;
  const token = isJsonObject(properties) ? properties.token : undefined;
  return typeof token === 'string' ? token : undefined;
}

async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const known = errorOfException(error);
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

function executionView({ name = '', status, startTime, endTime, template }: JobExecution): JobExecutionView {
  const env = template?.containers?.flatMap((container) => container.env ?? []) ?? [];
  return {
    name,
    status: status ?? 'Unknown',
    ...(startTime !== undefined && { startTime: startTime.toISOString() }),
    ...(endTime !== undefined && { endTime: endTime.toISOString() }),
    env: Object.fromEntries(
      env.flatMap((one) => (one.name !== undefined && one.value !== undefined ? [[one.name, one.value]] : [])),
    ),
  };
}
