import { isJsonObject } from '../../shared/json.ts';
import { schemaProblem, setOutputs } from '../arm/lifecycle.ts';
import { type ArmReply, objectBody, ok, refused } from '../arm/message.ts';
import type { ResourceType, SubRequest } from '../arm/resource-type.ts';
import { Role } from '../container-apps/cloud.ts';
import { refuse } from '../refusal.ts';
import type { RegistryContent } from '../registry/content.ts';
import { queuedRunBody, runBody } from '../registry/run.ts';
import { askForLog, blobContainer, cancelRun, listRuns, scheduleRun, sourcePath } from '../registry/tasks.ts';
import { roleHolders } from '../roles.ts';

/** Where ACR keeps the sources and logs of builds; one account of the service. */
export const BLOB_HOST = 'acrtaskprodeus001.blob.core.windows.net';

export const containerRegistry: ResourceType = {
  type: 'Microsoft.ContainerRegistry/registries',
  // The tasks part of the API keeps its own version.
  apiVersions: ['2025-11-01', '2025-04-01', '2023-07-01', '2019-06-01-preview'],
  name: /^[a-zA-Z0-9]{5,50}$/,
  nameError: 'RegistryNameInvalid',
  listed: true,
  style: 'status',
  // Recorded: group and Basic registry together 21 s.
  seconds: { create: 19, update: 5, delete: 10 },
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
  async handle(call) {
    const { world, resource } = call;
    const content = world.state.registries[resource.id.toLowerCase()];
    return content && (await handleTasks(call, content));
  },
};

async function handleTasks(call: SubRequest, content: RegistryContent): Promise<ArmReply | undefined> {
  const { request, rest, resource, world } = call;
  const [first = '', runId = '', action = ''] = rest;
  const route = `${request.method} ${first.toLowerCase()}${runId === '' ? '' : '/'}${action.toLowerCase()}`;
  switch (route) {
    case 'POST listbuildsourceuploadurl': {
      const relativePath = sourcePath(request.headers['x-ms-correlation-request-id'], world.now());
      return ok({ relativePath, uploadUrl: signedUrl(resource.id, relativePath, 'cw') });
    }
    case 'POST schedulerun':
      return await schedule(call, content);
    case 'GET runs':
      return ok({ value: listRuns(content, resource.id, request.query, world.now()) });
    case 'GET runs/': {
      const run = content.runs.find((one) => one.runId === runId);
      return run ? ok(runBody(run, resource.id, content.loginServer, world.now())) : undefined;
    }
    case 'POST runs/listlogsasurl':
      return askForLog(content, runId)
        ? ok({ logLink: signedUrl(resource.id, `logs/${runId}/rawtext.log`, 'r') })
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
    source(location) {
      const text = world.state.blobs[`${blobContainer(resource.id)}/${location}`];
      return text === undefined ? undefined : Buffer.from(text, 'base64');
    },
    now: world.now(),
    duration: world.duration,
    failsOnRequest: () => false,
  });
  if ('refused' in result) return refused(result.refused);
  return ok(queuedRunBody(result.run, resource.id));
}

function signedUrl(registryId: string, path: string, permissions: string): string {
  return `https://${BLOB_HOST}/${blobContainer(registryId)}/${path}?se=2099-01-01T00%3A00%3A00Z&sig=SIG&sp=${permissions}&sr=b&sv=2024-11-04`;
}
