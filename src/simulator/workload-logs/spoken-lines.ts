import type { Template } from '../container-apps/model.ts';
import { runningReplicas } from '../container-apps/revision-view.ts';
import { containerApp, revisionsOf } from '../types/container-app.ts';
import type { World } from '../world.ts';
import { keepLines, sentNow } from './kept-log.ts';
import { logOf } from './workload-log.ts';

/** What a container of an app is told to write now. */
export interface SpokenLines {
  /** Name or id. */
  readonly app: string;
  readonly lines: readonly string[];
  /** Absent: the newest that runs. */
  readonly revision?: string;
  /** Absent: all that there are. */
  readonly replica?: string;
  /** Absent: the first. */
  readonly container?: string;
  /** Absent: `stdout`. */
  readonly stream?: 'stdout' | 'stderr';
}

const MEMBERS = ['app', 'lines', 'revision', 'replica', 'container', 'stream'];

/** Has the lines written; what is answered is why nobody writes them. */
export function speak(world: World, spoken: SpokenLines): string | undefined {
  const problem = shapeProblem(spoken);
  if (problem !== undefined) return problem;
  const app = world
    .resourcesOfType(containerApp.type)
    .find(({ id, name }) => name === spoken.app || id.toLowerCase() === spoken.app.toLowerCase());
  if (!app) return `There is no app '${spoken.app}'.`;
  const set = revisionsOf(app, world);
  const running = set.records.flatMap((record) => {
    const replicas = runningReplicas(set, record).filter((one) => (spoken.replica ?? one) === one);
    return replicas.length > 0 && (spoken.revision ?? record.name) === record.name ? [{ record, replicas }] : [];
  });
  const speaker = running.at(-1);
  if (!speaker) return `No replica of '${spoken.app}' runs that could write.`;
  const containers = (speaker.record.template as Template).containers ?? [];
  const container = containers.find(({ name = '' }) => (spoken.container ?? name) === name);
  if (!container) return `There is no container '${spoken.container}'.`;
  const before = logOf(world, app);
  const at = new Date(world.now()).toISOString();
  const said = speaker.replicas.flatMap((replica) =>
    spoken.lines.map((text) => ({
      at,
      kind: 'console' as const,
      part: speaker.record.name,
      replica,
      container: container.name ?? '',
      image: container.image ?? '',
      text,
      stream: spoken.stream ?? ('stdout' as const),
    })),
  );
  keepLines(world, app.id, [...before, ...sentNow(world, app, said)]);
  return undefined;
}

function shapeProblem({ app, lines, stream, ...more }: SpokenLines): string | undefined {
  if (typeof app !== 'string' || !Array.isArray(lines) || !lines.every((line) => typeof line === 'string'))
    return 'An app and a list of lines are needed.';
  if (stream !== undefined && stream !== 'stdout' && stream !== 'stderr')
    return `There is no stream '${String(stream)}', but stdout and stderr.`;
  const unknown = Object.keys(more).find((key) => !MEMBERS.includes(key));
  return unknown && `There is no '${unknown}' here; there are: ${MEMBERS.join(', ')}.`;
}
