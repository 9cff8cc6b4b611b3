import { isJsonObject } from '../../shared/json.ts';
import { mayDo } from '../arm/authorization.ts';
import { principalOf } from '../entra.ts';
import { bearerOf, type HttpReply, type HttpRequest, headerOf } from '../http.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import {
  beginDeployment,
  DeploymentStatus,
  deploymentsOf,
  deploymentView,
  endDeployment,
  isAlive,
  openDeployments,
} from './deployments.ts';
import { keepPackage, PackageProblem } from './package-container.ts';
import { scmNameOf } from './site-state.ts';

/** By which a zip begins, also an empty one. */
const ZIP_STARTS = ['504b0304', '504b0506'];

/**
 * The site beside an app where its code is published (One Deploy of Flex Consumption):
 * `POST /api/publish?RemoteBuild=false` with the zip as its body, then `GET /api/deployments/ID`
 * (https://github.com/Azure/azure-dev/blob/main/cli/azd/pkg/azsdk/funcapp_host_client.go). Whoever publishes needs
 * `Microsoft.Web/sites/publish/Action` (https://learn.microsoft.com/azure/app-service/resources-kudu#rbac-permissions-required-to-access-kudu).
 */
export function answerScm(world: World, site: StoredResource, request: HttpRequest): HttpReply {
  const problem = accessProblem(world, site, request);
  if (problem) return problem;
  const { method, path } = request;
  if (method === 'POST' && path === '/api/publish') return publish(world, site, request);
  const scm = scmNameOf(site);
  const all = deploymentsOf(site);
  if (method === 'GET' && path === '/api/deployments') {
    return json(
      200,
      all.map((one) => deploymentView(world, site, scm, one)),
    );
  }
  const [, id] = /^\/api\/deployments\/([^/]+)$/.exec(path) ?? [];
  const found = id === 'latest' ? all[0] : all.find((one) => one.id === id && isAlive(world, one));
  return method === 'GET' && found ? json(200, deploymentView(world, site, scm, found)) : text(404, '');
}

/** Passwords are never right: nobody is told one. */
function accessProblem(world: World, site: StoredResource, request: HttpRequest): HttpReply | undefined {
  const principal = principalOf(world, bearerOf(request), [
    'https://management.azure.com',
    'https://management.core.windows.net',
  ]);
  if (principal === undefined) {
    const publishing = isJsonObject(site.extra.publishing) ? site.extra.publishing : {};
    const challenge = publishing.scm !== false && { 'www-authenticate': 'Basic realm="site"' };
    return { status: 401, headers: { 'content-type': 'text/plain', ...challenge }, body: 'Unauthorized' };
  }
  return mayDo(world, principal, site.id, 'Microsoft.Web/sites/publish/Action') ? undefined : text(403, 'Forbidden');
}

function publish(world: World, site: StoredResource, request: HttpRequest): HttpReply {
  if (headerOf(request, 'content-type')?.split(';')[0] !== 'application/zip') {
    return text(415, 'Unsupported Media Type');
  }
  const isBusy = openDeployments(site).length > 0;
  const { id } = beginDeployment(world, site);
  const fail = (status: number, why: string): HttpReply => {
    endDeployment(world, site, id, status, why);
    return json(202, id);
  };
  if (isBusy) {
    return fail(DeploymentStatus.conflict, 'Deployment was cancelled since another deployment is in progress.');
  }
  if (request.query.get('RemoteBuild')?.toLowerCase() === 'true') {
    return fail(DeploymentStatus.failed, 'The simulator builds nothing: publish with RemoteBuild=false.');
  }
  if (!ZIP_STARTS.includes(request.body.subarray(0, 4).toString('hex'))) {
    return fail(DeploymentStatus.failed, 'The package is no zip archive.');
  }
  try {
    keepPackage(world, site, request.body);
  } catch (error) {
    if (!(error instanceof PackageProblem)) throw error;
    return fail(
      DeploymentStatus.failed,
      `Failed to upload blob package to storage account with Error: ${error.message}`,
    );
  }
  world.listeners.appChanged?.(site.id);
  return json(202, id);
}

function json(status: number, value: unknown): HttpReply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

function text(status: number, body: string): HttpReply {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
