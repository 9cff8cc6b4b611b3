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
} from './revision.ts';
import { isUnasked, trafficWeights } from './traffic.ts';

const STATES: Readonly<
  Record<RevisionPhase, { provisioningState: string; healthState: string; runningState: string }>
> = {
  provisioning: { provisioningState: 'Provisioning', healthState: 'None', runningState: 'Processing' },
  starting: { provisioningState: 'Provisioned', healthState: 'None', runningState: 'Processing' },
  healthy: { provisioningState: 'Provisioned', healthState: 'Healthy', runningState: 'Running' },
  unhealthy: { provisioningState: 'Provisioned', healthState: 'Unhealthy', runningState: 'Degraded' },
  failed: { provisioningState: 'Provisioned', healthState: 'Unhealthy', runningState: 'Failed' },
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
  const problem = isSick(phase) ? revisionProblem(set, record) : undefined;
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
      ...(isScaledToZero(set, record) ? { runningState: 'ScaledToZero' } : {}),
      ...(problem ? { runningStateDetails: problem } : {}),
      labels: (ingress?.traffic ?? []).flatMap(({ revisionName, label }) =>
        label && revisionName === record.name ? [label] : [],
      ),
    },
  };
}

/** Replicas of one revision. With traffic it is asked often enough to keep one, whatever its minReplicas. */
export function replicaBodies(
  set: RevisionSet,
  record: RevisionRecord,
  appId: string,
  eventStream: string,
): JsonObject[] {
  const phase = revisionPhase(set, record);
  const problem = isSick(phase) ? revisionProblem(set, record) : undefined;
  const ready = phase === 'healthy';
  return runningReplicas(set, record).map((name) => {
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

function isSick(phase: RevisionPhase): boolean {
  return phase === 'unhealthy' || phase === 'failed';
}

/** It started once; its replicas went because nothing asked for them. */
function isScaledToZero(set: RevisionSet, record: RevisionRecord): boolean {
  if (revisionPhase(set, record) !== 'healthy' || !isUnasked(set, record)) return false;
  return set.now >= Date.parse(record.startedAt) + set.cooldownInMs;
}

function replicaCount(set: RevisionSet, record: RevisionRecord): number {
  const phase = revisionPhase(set, record);
  if (phase === 'stopped' || phase === 'provisioning' || isScaledToZero(set, record)) return 0;
  return startedReplicas(record).length;
}

/** Names of the replicas that started with a revision, whatever has become of them. */
export function startedReplicas(record: RevisionRecord): readonly string[] {
  const count = Math.max(1, (record.template as Template).scale?.minReplicas ?? 0);
  return Array.from({ length: count }, (_, index) => replicaName(record, index));
}

/** Names of the replicas that there are. */
export function runningReplicas(set: RevisionSet, record: RevisionRecord): readonly string[] {
  return startedReplicas(record).slice(0, replicaCount(set, record));
}

/** `app--rev-6c9f7d4b8-x2x5z`, the same for as long as the replica lives. */
function replicaName(record: RevisionRecord, index: number): string {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const set = `${record.name}/${record.startedAt}`;
  return `${record.name}-${hash(set).slice(0, 10)}-${hash(`${set}/${index}`).slice(0, 5)}`;
}
