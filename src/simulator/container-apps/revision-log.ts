import type { JsonObject } from '../../shared/json.ts';
import type { Template } from './model.ts';
import { type RevisionRecord, type RevisionSet, revisionPhase, revisionProblem, sicknessOf } from './revision.ts';
import { replicaName } from './revision-view.ts';

/** The lines a container wrote, each with its time. */
export function consoleLog(set: RevisionSet, record: RevisionRecord): readonly string[] {
  if (!hasStarted(set, record) || set.volumeFailures?.[record.name]) return [];
  const at = record.startedAt;
  const port = set.configuration.ingress?.targetPort;
  const listening = `${at} ${port ? `listening on port ${port}` : 'started'}`;
  const lines = [`${at} starting ${record.name}`];
  switch (sicknessOf(set, record)) {
    case 'crash':
      return [...lines, `${at} fatal: told to crash`, `${at} exited with code 1`];
    case 'http-500':
    case 'errors':
      return [...lines, listening, `${at} error: every request is answered 500, as told`];
    case 'never-ready':
      return [...lines, `${at} waiting for a dependency that never comes, as told`];
    default: {
      const problem = revisionProblem(set, record);
      return [...lines, problem ? `${at} ${problem}` : listening];
    }
  }
}

/** What the platform says of a revision, oldest first: members as in https://learn.microsoft.com/azure/container-apps/log-streaming. */
export function systemLog(set: RevisionSet, record: RevisionRecord): readonly JsonObject[] {
  const [app = ''] = record.name.split('--');
  const event = (at: string, type: string, reason: string, message: string, count = 1): JsonObject => ({
    TimeStamp: at,
    Type: type,
    ContainerAppName: app,
    RevisionName: record.name,
    ReplicaName: replicaName(record, 0),
    Msg: message,
    Reason: reason,
    EventSource: 'ContainerAppController',
    Count: count,
  });
  const events = [event(record.createdAt, 'Normal', 'RevisionCreation', 'Creating new revision')];
  if (set.now < Date.parse(record.provisionedAt)) return events;
  // Volumes come first: https://github.com/microsoft/azure-container-apps/issues/1782 has the reason.
  const unmounted = set.volumeFailures?.[record.name];
  if (unmounted) return [...events, event(record.startedAt, 'Warning', 'VolumeMountFailure', unmounted.message, 5)];
  for (const { name, image } of (record.template as Template).containers ?? []) {
    events.push(event(record.provisionedAt, 'Normal', 'PulledImage', `Successfully pulled image "${image}"`));
    events.push(event(record.provisionedAt, 'Normal', 'ContainerCreated', `Created container '${name}'`));
  }
  if (!hasStarted(set, record)) return events;
  const problem = revisionProblem(set, record);
  if (problem === undefined) {
    return [...events, event(record.startedAt, 'Normal', 'RevisionReady', `Successfully provisioned '${record.name}'`)];
  }
  const isCrash = sicknessOf(set, record) === 'crash';
  const reason = problem.startsWith('Probe of') ? 'ProbeFailed' : isCrash ? 'ContainerTerminated' : 'ReplicaUnhealthy';
  return [
    ...events,
    event(record.startedAt, 'Warning', reason, problem, 5),
    ...(isCrash
      ? [event(record.startedAt, 'Warning', 'ContainerBackOff', 'Persistent Failure to start container')]
      : []),
  ];
}

function hasStarted(set: RevisionSet, record: RevisionRecord): boolean {
  const phase = revisionPhase(set, record);
  return phase !== 'provisioning' && set.now >= Date.parse(record.startedAt);
}
