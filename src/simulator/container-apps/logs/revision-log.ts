import type { Template } from '../model.ts';
import { type RevisionRecord, type RevisionSet, revisionPhase, revisionProblem, sicknessOf } from '../revision.ts';
import { startedReplicas } from '../revision-view.ts';
import { type LogLine, later } from './log-line.ts';

/** What the containers of a revision wrote, and what the platform says of it. */
export function revisionLog(set: RevisionSet, record: RevisionRecord): readonly LogLine[] {
  return [...systemLog(set, record), ...consoleLog(set, record)];
}

/** The lines that each container of each replica wrote. */
export function consoleLog(set: RevisionSet, record: RevisionRecord): readonly LogLine[] {
  if (!hasStarted(set, record) || set.volumeFailures?.[record.name]) return [];
  const texts = consoleTexts(set, record);
  const containers = (record.template as Template).containers ?? [];
  return startedReplicas(record).flatMap((replica) =>
    containers.flatMap(({ name = '', image = '' }) =>
      texts.map(
        (text, index): LogLine => ({
          at: later(record.startedAt, index),
          kind: 'console',
          part: record.name,
          replica,
          container: name,
          image,
          text,
          stream: /^(?:fatal|error)\b/.test(text) ? 'stderr' : 'stdout',
        }),
      ),
    ),
  );
}

function consoleTexts(set: RevisionSet, record: RevisionRecord): readonly string[] {
  const port = set.configuration.ingress?.targetPort;
  const listening = port ? `listening on port ${port}` : 'started';
  const begin = `starting ${record.name}`;
  switch (sicknessOf(set, record)) {
    case 'crash':
      return [begin, 'fatal: told to crash', 'exited with code 1'];
    case 'http-500':
    case 'errors':
      return [begin, listening, 'error: every request is answered 500, as told'];
    case 'never-ready':
      return [begin, 'waiting for a dependency that never comes, as told'];
    default:
      return [begin, revisionProblem(set, record) ?? listening];
  }
}

/**
 * What the platform says of a revision, oldest first. Reasons as they are seen on Azure:
 * https://github.com/yeongseon/azure-container-apps-practical-guide, its catalogue of queries; the words of a replica that is placed:
 * https://learn.microsoft.com/azure/container-apps/tutorial-scaling
 */
export function systemLog(set: RevisionSet, record: RevisionRecord): readonly LogLine[] {
  const created = line(record, record.createdAt, '', ['Normal', 'RevisionCreation', 1], 'Creating new revision');
  if (set.now < Date.parse(record.provisionedAt)) return [created];
  return [
    created,
    ...startedReplicas(record).flatMap((replica) =>
      replicaEvents(set, record, replica).map((one, index) => ({ ...one, at: later(one.at, index) })),
    ),
    ...revisionReady(set, record),
  ];
}

function replicaEvents(set: RevisionSet, record: RevisionRecord, replica: string): readonly LogLine[] {
  const { provisionedAt, startedAt } = record;
  const placed = line(
    record,
    provisionedAt,
    replica,
    ['Normal', 'AssigningReplica', 0],
    `Replica '${replica}' has been scheduled to run on a node.`,
  );
  // Volumes come first: https://github.com/microsoft/azure-container-apps/issues/1782 has the reason.
  const unmounted = set.volumeFailures?.[record.name];
  if (unmounted)
    return [placed, line(record, startedAt, replica, ['Warning', 'VolumeMountFailure', 5], unmounted.message)];
  const containers = (record.template as Template).containers ?? [];
  const made = containers.flatMap(({ name = '', image = '' }) => [
    line(record, provisionedAt, replica, ['Normal', 'PullingImage', 1], `Pulling image "${image}"`),
    line(record, provisionedAt, replica, ['Normal', 'PulledImage', 1], `Successfully pulled image "${image}"`),
    line(record, provisionedAt, replica, ['Normal', 'ContainerCreated', 1], `Created container '${name}'`),
  ]);
  if (!hasStarted(set, record)) return [placed, ...made];
  const started = containers.map(({ name = '' }) =>
    line(record, startedAt, replica, ['Normal', 'ContainerStarted', 1], `Started container '${name}'`),
  );
  return [placed, ...made, ...started, ...failures(set, record, replica)];
}

function failures(set: RevisionSet, record: RevisionRecord, replica: string): readonly LogLine[] {
  const problem = revisionProblem(set, record);
  if (problem === undefined) return [];
  const isCrash = sicknessOf(set, record) === 'crash';
  const reason = problem.startsWith('Probe of') ? 'ProbeFailed' : isCrash ? 'ContainerTerminated' : 'ReplicaUnhealthy';
  const failed = line(record, record.startedAt, replica, ['Warning', reason, 5], problem);
  if (!isCrash) return [failed];
  const again: EventOf = ['Warning', 'ContainerBackOff', 1];
  return [failed, line(record, record.startedAt, replica, again, 'Persistent Failure to start container')];
}

function revisionReady(set: RevisionSet, record: RevisionRecord): readonly LogLine[] {
  const isReady =
    hasStarted(set, record) &&
    !set.volumeFailures?.[record.name] &&
    revisionProblem(set, record) === undefined &&
    sicknessOf(set, record) !== 'never-ready';
  if (!isReady) return [];
  const at = later(record.startedAt, 50);
  return [line(record, at, '', ['Normal', 'RevisionReady', 1], `Successfully provisioned '${record.name}'`)];
}

type EventOf = readonly [type: 'Normal' | 'Warning', reason: string, count: number];

function line(
  record: RevisionRecord,
  at: string,
  replica: string,
  [type, reason, count]: EventOf,
  text: string,
): LogLine {
  return { at, kind: 'system', part: record.name, replica, container: '', text, event: { type, reason, count } };
}

function hasStarted(set: RevisionSet, record: RevisionRecord): boolean {
  const phase = revisionPhase(set, record);
  return phase !== 'provisioning' && set.now >= Date.parse(record.startedAt);
}
