import { isSickness, type Sickness } from '../sickness.ts';
import { type Dockerfile, expandVariables, type Stage } from './dockerfile.ts';
import type { ArchivedFile } from './source-archive.ts';

/**
 * How a container of an image behaves in the simulator; plain JSON.
 *
 * - It listens on the ports of `EXPOSE`. An image that reads `PORT` (an `ENV PORT`, or `$PORT` in its start command)
 *   listens on that variable's value instead. An image that says neither listens wherever it is asked.
 * - It serves the paths of `LABEL draftgenie.simulator.health=/a,/b` (or `ENV DRAFTGENIE_SIMULATOR_HEALTH`), or, when it
 *   names none, whatever path its probes ask for.
 * - A copied file named `.unhealthy` makes every container of it fail: its first word is the kind of `sickness.ts`, by
 *   default `probes`. A copied file that contains `simulator:unhealthy`, or `simulator:unhealthy=KIND`, does the same.
 * - A copied file named `.failing-job` makes every job execution with it fail; the first line is the exit code
 *   (default 1), the others go to its console.
 */
export interface ImageBehaviour {
  readonly exposedPorts: readonly number[];
  readonly readsPort: boolean;
  readonly environment: { readonly [name: string]: string };
  /** Null: any path. */
  readonly healthPaths: readonly string[] | null;
  /** How its containers fail; null: they do not. */
  readonly sickness: Sickness | null;
  readonly failingJob: { readonly exitCode: number; readonly console: readonly string[] } | null;
}

const MARK = 'simulator:unhealthy';

/** An image of which nothing is known: it listens and answers as asked. */
export const unknownImage: ImageBehaviour = {
  exposedPorts: [],
  readsPort: false,
  environment: {},
  healthPaths: null,
  sickness: null,
  failingJob: null,
};

/** Ports of public images that an application's infrastructure uses; source: EXPOSE of their Dockerfiles. */
const PUBLIC_IMAGE_PORTS: readonly (readonly [repository: RegExp, ports: readonly number[]])[] = [
  [/(^|\/)rabbitmq$/, [4369, 5671, 5672, 15671, 15672, 15691, 15692, 25672]],
  [/(^|\/)qdrant\/qdrant$/, [6333, 6334]],
  [/(^|\/)redis$/, [6379]],
  [/(^|\/)postgres$/, [5432]],
  [/(^|\/)mongo$/, [27017]],
  [/(^|\/)nginx$/, [80]],
  [/(^|\/)k8se\/quickstart$/, [80]],
];

/** Behaviour of an image from a registry that is not Azure's. `repository` without host, tag and digest. */
export function publicImage(repository: string): ImageBehaviour {
  const known = PUBLIC_IMAGE_PORTS.find(([pattern]) => pattern.test(repository));
  return known ? { ...unknownImage, exposedPorts: known[1] } : unknownImage;
}

/** What the last stage, with the stages it is based on, says about the finished image. */
export function imageBehaviour(
  dockerfile: Dockerfile,
  copied: readonly ArchivedFile[],
  target: Stage | undefined,
): ImageBehaviour {
  const environment = new Map<string, string>();
  const labels = new Map<string, string>();
  const ports = new Set<number>();
  let startCommand = '';
  for (const stage of lineage(dockerfile, target ?? dockerfile.stages.at(-1))) {
    for (const { keyword, words, text } of stage.instructions) {
      if (keyword === 'ENV')
        for (const [name, value] of assignments(words)) environment.set(name, expandVariables(value, environment));
      if (keyword === 'LABEL')
        for (const [name, value] of assignments(words)) labels.set(name, expandVariables(value, environment));
      if (keyword === 'EXPOSE') {
        for (const word of words) for (const port of portRange(expandVariables(word, environment))) ports.add(port);
      }
      if (keyword === 'CMD' || keyword === 'ENTRYPOINT') startCommand += ` ${text}`;
    }
  }
  const paths = labels.get('draftgenie.simulator.health') ?? environment.get('DRAFTGENIE_SIMULATOR_HEALTH');
  return {
    exposedPorts: [...ports],
    readsPort: environment.has('PORT') || /\$\{?PORT\b/.test(startCommand),
    environment: Object.fromEntries(environment),
    healthPaths: paths === undefined ? null : paths.split(',').map((path) => path.trim()),
    sickness: sicknessOf(copied),
    failingJob: failingJob(copied.find((file) => baseName(file.path) === '.failing-job')),
  };
}

/** The ports a container listens on; empty: any. `environment` holds the plain variables of the container. */
export function listeningPorts(image: ImageBehaviour, environment: ReadonlyMap<string, string>): readonly number[] {
  if (image.readsPort) {
    const port = Number(environment.get('PORT') ?? image.environment.PORT);
    if (Number.isInteger(port)) return [port];
  }
  return image.exposedPorts;
}

/** The pairs of an ENV or LABEL line: `a=b c=d`, or the old form `a b c`. */
export function assignments(words: readonly string[]): readonly (readonly [string, string])[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  if (!first.includes('=')) return [[first, rest.join(' ')]];
  return words.map((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
  });
}

function lineage(dockerfile: Dockerfile, last: Stage | undefined): readonly Stage[] {
  const chain: Stage[] = [];
  let stage = last;
  while (stage !== undefined && !chain.includes(stage)) {
    chain.unshift(stage);
    const base = stage.base.toLowerCase();
    const before = dockerfile.stages.slice(0, dockerfile.stages.indexOf(stage));
    stage = before.findLast((candidate) => candidate.alias === base);
  }
  return chain;
}

function portRange(text: string): readonly number[] {
  const [, from, to] = /^(\d+)(?:-(\d+))?(?:\/\w+)?$/.exec(text) ?? [];
  if (from === undefined) return [];
  const last = Number(to ?? from);
  return Array.from({ length: Math.max(0, last - Number(from) + 1) }, (_, offset) => Number(from) + offset);
}

/** What the marker file says, or the first mark inside any other file. */
function sicknessOf(copied: readonly ArchivedFile[]): Sickness | null {
  const marker = copied.find((file) => baseName(file.path) === '.unhealthy');
  if (marker) return kindOf(Buffer.from(marker.content).toString('utf8').trim().split(/\s+/)[0]);
  for (const { content } of copied) {
    const bytes = Buffer.from(content);
    const at = bytes.indexOf(MARK);
    if (at < 0) continue;
    const [, kind] = /^=([a-z0-9-]+)/.exec(bytes.toString('utf8', at + MARK.length, at + MARK.length + 20)) ?? [];
    return kindOf(kind);
  }
  return null;
}

function kindOf(word: string | undefined): Sickness {
  return word !== undefined && isSickness(word) ? word : 'probes';
}

function failingJob(marker: ArchivedFile | undefined): ImageBehaviour['failingJob'] {
  if (!marker) return null;
  const [first = '', ...console] = Buffer.from(marker.content).toString('utf8').trimEnd().split(/\r?\n/);
  const exitCode = Number(first.trim());
  return { exitCode: Number.isInteger(exitCode) && exitCode > 0 ? exitCode : 1, console };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
