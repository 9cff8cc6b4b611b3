import { isJsonObject } from '../../shared/json.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import { type ArmReply, apiVersionOf, objectBody, ok, refused } from '../arm/message.ts';
import { operationHeaders, startOperation } from '../arm/operations.ts';
import type { ResourceType, SubRequest } from '../arm/resource-type.ts';
import { schemaProblem } from '../arm/write-rules.ts';
import { takeFailingBuild } from '../behaviour.ts';
import { Role } from '../container-apps/cloud.ts';
import { regionName } from '../container-apps/environment.ts';
import { refuse } from '../refusal.ts';
import { LOG_LIFETIME_IN_MS, signedUrl, UPLOAD_LIFETIME_IN_MS } from '../registry/blob-host.ts';
import type { RegistryContent } from '../registry/content.ts';
import { answerCredentials } from '../registry/credentials.ts';
import { IMPORT_SECONDS, importImage } from '../registry/foreign/import.ts';
import { queuedRunBody, runBody } from '../registry/run.ts';
import { blobContainer, cancelRun, listRuns, scheduleRun, sourcePath } from '../registry/tasks.ts';
import { roleHolders } from '../roles.ts';

export const containerRegistry: ResourceType = {
  type: 'Microsoft.ContainerRegistry/registries',
  // The tasks part of the API keeps its own version.
  apiVersions: ['2025-11-01', '2025-04-01', '2023-07-01', '2019-06-01-preview'],
  name: /^[a-zA-Z0-9]{5,50}$/,
  nameError: 'RegistryNameInvalid',
  listed: true,
  style: 'status',
  patchAnswersBody: true,
  // Recorded: group and Basic registry together 21 s.
  seconds: { create: 19, update: 5, delete: 10 },
  hasAddress: true,
  globalName: 'RegistryNameAlreadyExists',
  apply({ world, resource, before, name, id }) {
    const loginServer = `${name.toLowerCase()}.azurecr.io`;
    if (!before) setOutputs(resource, { loginServer, creationDate: resource.createdAt });
    world.state.registries[id.toLowerCase()] ??= { loginServer, runs: [], pushes: [] };
    return undefined;
  },
  view: ({ body }) => {
    const sku = isJsonObject(body.sku) ? body.sku : {};
    return { sku: { ...sku, tier: sku.name ?? null } };
  },
  remove: ({ id }, world) => {
    delete world.state.registries[id.toLowerCase()];
  },
  handle(call) {
    const { world, resource } = call;
    const content = world.state.registries[resource.id.toLowerCase()];
    return answerCredentials(call) ?? (content && handleTasks(call, content));
  },
};

async function handleTasks(call: SubRequest, content: RegistryContent): Promise<ArmReply | undefined> {
  const { request, rest, resource, world } = call;
  const [first = '', runId = '', action = ''] = rest;
  const route = `${request.method} ${first.toLowerCase()}${runId === '' ? '' : '/'}${action.toLowerCase()}`;
  switch (route) {
    case 'POST listbuildsourceuploadurl': {
      const relativePath = sourcePath(request.headers['x-ms-correlation-request-id'], world.now());
      return ok({
        relativePath,
        uploadUrl: signedUrl(world, resource.id, relativePath, 'cw', UPLOAD_LIFETIME_IN_MS),
      });
    }
    case 'POST schedulerun':
      return await schedule(call, content);
    case 'POST importimage':
      return runImport(call, content);
    case 'GET runs':
      return ok({ value: listRuns(content, resource.id, request.query, world.now()) });
    case 'GET runs/': {
      const run = content.runs.find((one) => one.runId === runId);
      return run ? ok(runBody(run, resource.id, content.loginServer, world.now())) : undefined;
    }
    case 'POST runs/listlogsasurl':
      return content.runs.some((run) => run.runId === runId)
        ? ok({ logLink: signedUrl(world, resource.id, `logs/${runId}/rawtext.log`, 'r', LOG_LIFETIME_IN_MS) })
        : undefined;
    case 'POST runs/cancel':
      return cancelRun(content, runId, world.now()) ? { status: 202 } : undefined;
    default:
      return undefined;
  }
}

const BUILDERS: readonly string[] = [Role.owner, Role.contributor, Role.registryTasksContributor];

async function schedule({ request, resource, world }: SubRequest, content: RegistryContent): Promise<ArmReply> {
  const body = objectBody(request.body) ?? {};
  if (!roleHolders(world, request.principal, resource.id).some((role) => BUILDERS.includes(role))) {
    return refused(
      refuse(
        403,
        'AuthorizationFailed',
        `The client does not have authorization to perform action 'Microsoft.ContainerRegistry/registries/scheduleRun/action' over scope '${resource.id}'.`,
      ),
    );
  }
  const wrong = schemaProblem({ type: 'Microsoft.ContainerRegistry/registries/scheduleRun' }, body);
  if (wrong) return refused(wrong);
  const result = await scheduleRun({
    registryId: resource.id,
    content,
    request: body,
    source: (location) => world.store.blobs.get(`${blobContainer(resource.id)}/${location}`),
    gitRepositories: world.state.behaviour.gitRepositories,
    now: world.now(),
    duration: (seconds) => world.duration(world.varied(seconds)),
    failsOnRequest: (repository) => takeFailingBuild(world.state.behaviour, repository),
  });
  if ('refused' in result) return refused(result.refused);
  return ok(queuedRunBody(result.run, resource.id));
}

function runImport({ request, resource, world }: SubRequest, content: RegistryContent): ArmReply {
  const operation = startOperation(
    world,
    {
      kind: 'action',
      resourceId: resource.id,
      type: resource.type,
      location: regionName(String(resource.body.location ?? '')),
      apiVersion: apiVersionOf(request),
    },
    IMPORT_SECONDS,
    undefined,
  );
  const problem = importImage({
    content,
    request: objectBody(request.body) ?? {},
    registry: (id) => world.state.registries[id.toLowerCase()],
    foreignImages: world.state.behaviour.images,
    now: world.now(),
    endsAt: Date.parse(operation.endsAt),
  });
  if (problem) {
    world.index.dropOperation(operation);
    return refused(problem);
  }
  const { 'azure-asyncoperation': _, ...headers } = operationHeaders(world, request, operation);
  return { status: 202, headers, operation: operation.id };
}
