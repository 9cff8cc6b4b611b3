import { createHash } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import { appAddress } from './environment.ts';
import type { Template } from './model.ts';
import { normaliseTemplate } from './normalise.ts';
import {
  isActive,
  type RevisionPhase,
  type RevisionRecord,
  type RevisionSet,
  revisionPhase,
  revisionProblem,
  trafficWeights,
} from './revision.ts';

const STATES: Readonly<
  Record<RevisionPhase, { provisioningState: string; healthState: string; runningState: string }>
> = {
  provisioning: { provisioningState: 'Provisioning', healthState: 'None', runningState: 'Processing' },
  starting: { provisioningState: 'Provisioned', healthState: 'None', runningState: 'Processing' },
  healthy: { provisioningState: 'Provisioned', healthState: 'Healthy', runningState: 'Running' },
  unhealthy: { provisioningState: 'Provisioned', healthState: 'Unhealthy', runningState: 'Degraded' },
  stopped: { provisioningState: 'Provisioned', healthState: 'None', runningState: 'Stopped' },
};

/** `GET …/revisions/{name}`. `appId` as the app itself is answered; the revision's address is below `defaultDomain`. */
export function revisionBody(
  set: RevisionSet,
  record: RevisionRecord,
  appId: string,
  defaultDomain: string,
): JsonObject {
  const phase = revisionPhase(set, record);
  const problem = phase === 'unhealthy' ? revisionProblem(set, record) : undefined;
  const { ingress } = set.configuration;
  return {
    id: `${appId}/revisions/${record.name}`,
    name: record.name,
    type: 'Microsoft.App/containerapps/revisions',
    properties: {
      createdTime: record.createdAt.replace(/\.\d+Z$/, '+00:00'),
      lastActiveTime: record.startedAt.replace(/\.\d+Z$/, '+00:00'),
      ...(ingress ? { fqdn: appAddress(record.name, defaultDomain, ingress.external ?? false) } : {}),
      template: normaliseTemplate(record.template),
      active: isActive(set, record),
      replicas: replicaCount(set, record),
      trafficWeight: trafficWeights(set).get(record.name) ?? 0,
      ...STATES[phase],
      ...(problem ? { runningStateDetails: problem } : {}),
      labels: (ingress?.traffic ?? []).flatMap(({ revisionName, label }) =>
        label && revisionName === record.name ? [label] : [],
      ),
    },
  };
}

/** Replicas of one revision. A revision with minReplicas 0 is asked often enough here to keep its one. */
export function replicaBodies(
  set: RevisionSet,
  record: RevisionRecord,
  appId: string,
  eventStream: string,
): JsonObject[] {
  const phase = revisionPhase(set, record);
  const problem = phase === 'unhealthy' ? revisionProblem(set, record) : undefined;
  const ready = phase === 'healthy';
  return Array.from({ length: replicaCount(set, record) }, (_, index) => {
    const name = replicaName(record, index);
    const revisionPath = `${appId}/revisions/${record.name}`;
    const stream = `${eventStream.replace(/\/eventstream$/, '')}/revisions/${record.name}/replicas/${name}`;
    return {
      id: `${revisionPath}/replicas/${name}`,
      name,
      type: 'Microsoft.App/containerapps/revisions/replicas',
      properties: {
        createdTime: record.startedAt,
        runningState: ready ? 'Running' : 'NotRunning',
        runningStateDetails: problem ?? '',
        containers: ((record.template as Template).containers ?? []).map((container) => ({
          name: container.name ?? '',
          containerId: `containerd://${createHash('sha256').update(`${name}/${container.name}`).digest('hex')}`,
          ready,
          started: ready,
          restartCount: problem === undefined ? 0 : 5,
          runningState: ready ? 'Running' : problem === undefined ? 'Waiting' : 'Terminated',
          runningStateDetails: problem ?? '',
          logStreamEndpoint: `${stream}/containers/${container.name}/logstream`,
          execEndpoint: `${stream}/containers/${container.name}/exec`,
        })),
      },
    };
  });
}

/** The lines a container wrote, each with its time. */
export function consoleLog(set: RevisionSet, record: RevisionRecord): readonly string[] {
  const phase = revisionPhase(set, record);
  if (phase === 'provisioning' || phase === 'starting') return [];
  const at = record.startedAt;
  const problem = revisionProblem(set, record);
  const port = set.configuration.ingress?.targetPort;
  return [
    `${at} starting ${record.name}`,
    problem ? `${at} ${problem}` : `${at} ${port ? `listening on port ${port}` : 'started'}`,
  ];
}

function replicaCount(set: RevisionSet, record: RevisionRecord): number {
  const phase = revisionPhase(set, record);
  if (phase === 'stopped' || phase === 'provisioning') return 0;
  return Math.max(1, (record.template as Template).scale?.minReplicas ?? 0);
}

/** `app--rev-6c9f7d4b8-x2x5z`, the same for as long as the replica lives. */
function replicaName(record: RevisionRecord, index: number): string {
  const hash = createHash('sha256').update(`${record.name}/${record.startedAt}`).digest('hex');
  return `${record.name}-${hash.slice(0, 10)}-${hash.slice(10 + index, 15 + index)}`;
}
