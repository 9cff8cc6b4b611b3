import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';

/** Codes of https://github.com/Azure/azure-dev/blob/main/cli/azd/pkg/azsdk/funcapp_host_client.go */
export const DeploymentStatus = { deploying: 2, failed: 3, succeeded: 4, conflict: 5 } as const;

/** How long it takes the platform to take a package in, until the host is asked for its functions. */
const DEPLOYMENT_SECONDS = 20;
/** Until one is told of: "mitigation for deployments that take awhile to come alive", as the Azure Developer CLI has it (above). */
const ALIVE_AFTER_SECONDS = 2;
/** How many are remembered. */
const KEPT = 20;

export interface Deployment {
  readonly id: string;
  status: number;
  text: string;
  /** ISO 8601 */
  readonly receivedAt: string;
  /** Not over before. */
  readonly earliestEnd: string;
  endedAt?: string;
}

export function deploymentsOf({ extra }: StoredResource): readonly Deployment[] {
  return Array.isArray(extra.deployments) ? (extra.deployments.filter(isJsonObject) as unknown as Deployment[]) : [];
}

/** Whether it is told of already. */
export function isAlive(world: World, { receivedAt }: Deployment): boolean {
  return Date.parse(receivedAt) + world.duration(ALIVE_AFTER_SECONDS) <= world.now();
}

/** Newest first. */
export function beginDeployment(world: World, site: StoredResource): Deployment {
  const now = world.now();
  const deployment: Deployment = {
    id: randomUUID(),
    status: DeploymentStatus.deploying,
    text: '',
    receivedAt: new Date(now).toISOString(),
    earliestEnd: new Date(now + world.duration(DEPLOYMENT_SECONDS)).toISOString(),
  };
  keep(site, [deployment, ...deploymentsOf(site)].slice(0, KEPT));
  return deployment;
}

export function endDeployment(world: World, site: StoredResource, id: string, status: number, text: string): void {
  const endedAt = new Date(world.now()).toISOString();
  keep(
    site,
    deploymentsOf(site).map((one) => (one.id === id ? { ...one, status, text, endedAt } : one)),
  );
}

/** Which were told to the host and wait for what comes of it. */
export function openDeployments(site: StoredResource): readonly Deployment[] {
  return deploymentsOf(site).filter(({ endedAt }) => endedAt === undefined);
}

function keep(site: StoredResource, deployments: readonly Deployment[]): void {
  site.extra.deployments = deployments.map((one): JsonObject => ({ ...one }));
}

/** As `GET /api/deployments/ID` tells it. */
export function deploymentView(world: World, site: StoredResource, scm: string, deployment: Deployment): JsonObject {
  const isOver = deployment.endedAt !== undefined && Date.parse(deployment.earliestEnd) <= world.now();
  const status = isOver ? deployment.status : DeploymentStatus.deploying;
  return {
    id: deployment.id,
    status,
    status_text: isOver ? deployment.text : '',
    author_email: 'N/A',
    author: 'N/A',
    deployer: 'LegionOneDeploy',
    remoteBuild: false,
    message: '',
    progress: '',
    received_time: deployment.receivedAt,
    start_time: deployment.receivedAt,
    end_time: isOver ? (deployment.endedAt ?? null) : null,
    last_success_end_time: isOver && status === DeploymentStatus.succeeded ? (deployment.endedAt ?? null) : null,
    complete: isOver,
    active: isOver && status === DeploymentStatus.succeeded,
    is_temp: false,
    is_readonly: false,
    url: `https://${scm}/api/deployments/${deployment.id}`,
    log_url: `https://${scm}/api/deployments/${deployment.id}/log`,
    site_name: site.name,
  };
}
