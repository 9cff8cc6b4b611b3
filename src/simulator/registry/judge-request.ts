import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import { type DockerBuild, DockerUsageError, parseDockerBuild } from './docker-build.ts';
import { type BuildVerdict, buildImage } from './image-build.ts';
import type { ImageName } from './run.ts';
import { ShellError, shellWords } from './shell-words.ts';
import { openSourceArchive, SourceArchiveError } from './source-archive.ts';
import { readTask, TaskError, type TaskFile, type TaskStep } from './task-file.ts';
import { renderTemplate, TemplateError } from './task-template.ts';

export interface RunWork {
  readonly request: JsonObject;
  readonly source: () => Promise<Uint8Array>;
  readonly runId: string;
  readonly loginServer: string;
  /** `linux/amd64` */
  readonly platform: string;
  /** True when this build was told to fail, whatever its source says. */
  failsOnRequest(repository: string): boolean;
}

export interface Judged {
  readonly verdict: BuildVerdict;
  /** What the run says that it made: only build steps know. */
  readonly images: readonly ImageName[];
  readonly pushed: readonly ImageName[];
  /** Whether the step was scanned for base images. */
  readonly isScanned: boolean;
  readonly volumes: readonly string[];
}

/** What comes of a request for a run, or why there is none. */
export async function judgeRequest(work: RunWork): Promise<Judged | { readonly refused: Refusal }> {
  const { type } = work.request;
  if (type === 'DockerBuildRequest') return await judgeQuickBuild(work);
  if (type === 'EncodedTaskRunRequest') return await judgeTask(work);
  return refused(
    'InvalidRunRequest',
    `Run requests of type '${String(type)}' are not simulated; DockerBuildRequest and EncodedTaskRunRequest are.`,
  );
}

/**
 * A quick build is a line of `docker build` as well, made by joining what the request says: `createBuildTask` in
 * https://github.com/Azure/acr-builder/blob/main/cmd/acb/commands/build/build.go
 */
async function judgeQuickBuild(work: RunWork): Promise<Judged | { readonly refused: Refusal }> {
  const { request, loginServer } = work;
  const images = imageNames(request.imageNames, loginServer);
  if (typeof images === 'string') return refused('InvalidImageName', images);
  const given = Array.isArray(request.arguments) ? request.arguments.filter(isJsonObject) : [];
  const line = [
    ...(request.noCache === true ? ['--no-cache'] : []),
    ...['-f', typeof request.dockerFilePath === 'string' ? request.dockerFilePath : 'Dockerfile'],
    ...images.flatMap(({ repository, tag }) => ['-t', `${loginServer}/${repository}:${tag}`]),
    ...given.flatMap(({ name, value }) => ['--build-arg', `${String(name)}=${String(value ?? '')}`]),
    ...(typeof request.target === 'string' && request.target !== '' ? ['--target', request.target] : []),
    '.',
  ].join(' ');
  const told = images.some(({ repository }) => work.failsOnRequest(repository));
  const verdict = told
    ? toldToFail
    : await failingAs(async () => {
        const build = parseDockerBuild(
          shellWords(renderTemplate(line, { Values: {}, Run: { ID: work.runId, Registry: loginServer } })),
        );
        return buildImage(await openSourceArchive(await work.source()), { ...orderOf(build), platform: work.platform });
      });
  const pushed = request.isPushEnabled === false ? [] : images;
  return { verdict, images, pushed, isScanned: true, volumes: [] };
}

const toldToFail: BuildVerdict = {
  output: ['Step 1/1 : FROM scratch', 'error building image: the simulator was told to fail this build'],
  result: { kind: 'failed', exitCode: 1 },
};

type BuildStep = Exclude<TaskStep, { readonly kind: 'push' }>;

/** A task that builds one image with the source, in a build step or by a command, and pushes it. */
async function judgeTask(work: RunWork): Promise<Judged | { readonly refused: Refusal }> {
  const { request, loginServer, runId } = work;
  let task: TaskFile;
  try {
    task = readTask(String(request.encodedTaskContent), {
      values: valuesOf(request.values),
      run: { ID: runId, Registry: loginServer, RegistryName: loginServer.split('.')[0] ?? '' },
    });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const verdict: BuildVerdict = { output: [error.message], result: { kind: 'failed', exitCode: 1 } };
    return { verdict, images: [], pushed: [], isScanned: false, volumes: [] };
  }
  const [step, ...others] = task.steps;
  if (!step || step.kind === 'push' || others.some(({ kind }) => kind !== 'push') || !isBuild(step))
    return refused('InvalidRunRequest', 'Only tasks that build one image and push it are simulated.');
  const wanted = imageNames(
    others.flatMap((other) => (other.kind === 'push' ? other.images : [])),
    loginServer,
  );
  if (typeof wanted === 'string') return refused('InvalidImageName', wanted);
  const pushed = wanted;
  const isScanned = step.kind === 'build';
  const verdict = pushed.some(({ repository }) => work.failsOnRequest(repository))
    ? toldToFail
    : await failingAs(() => runStep(work, step, pushed));
  return { verdict, images: isScanned ? pushed : [], pushed, isScanned, volumes: task.volumes };
}

const COMMAND = /^docker build\s+/;

function isBuild({ kind, line }: BuildStep): boolean {
  return kind === 'build' || COMMAND.test(line);
}

/**
 * Build steps have BuildKit only where their environment says exactly so, and are scanned before; a command is neither turned off
 * nor scanned, so the engine decides: `runStep` in https://github.com/Azure/acr-builder/blob/main/builder/builder.go
 */
async function runStep(work: RunWork, step: BuildStep, pushed: readonly ImageName[]): Promise<BuildVerdict> {
  const isScanned = step.kind === 'build';
  const hasBuildKit = isScanned
    ? step.environment.includes('DOCKER_BUILDKIT=1')
    : !step.environment.includes('DOCKER_BUILDKIT=0');
  const build = parseDockerBuild(shellWords(step.line.replace(COMMAND, '')));
  if (build.secrets.size > 0 && !hasBuildKit) throw new DockerUsageError('unknown flag: --secret');
  const secrets = new Map([...build.secrets].map(([id, path]) => [id, fileOf(step, path)]));
  const verdict = buildImage(await openSourceArchive(await work.source()), {
    ...orderOf(build),
    ...{ platform: work.platform, builder: hasBuildKit ? 'buildkit' : 'classic', isScanned, secrets },
  });
  const unknown = pushed.find(
    ({ repository, tag }) => !build.tags.includes(`${work.loginServer}/${repository}:${tag}`),
  );
  if (verdict.result.kind === 'failed' || unknown === undefined) return verdict;
  const missing = `An image does not exist locally with the tag: ${work.loginServer}/${unknown.repository}`;
  return { output: [...verdict.output, missing], result: { kind: 'failed', exitCode: 1 } };
}

function fileOf({ files }: BuildStep, path: string): string {
  const content = files.get(path);
  if (content === undefined)
    throw new DockerUsageError(`failed to stat ${path}: stat ${path}: no such file or directory`);
  return content;
}

function orderOf({ dockerfile, buildArguments, target }: DockerBuild) {
  return { dockerfilePath: dockerfile, buildArguments, target };
}

async function failingAs(build: () => Promise<BuildVerdict>): Promise<BuildVerdict> {
  try {
    return await build();
  } catch (error) {
    const isOfBuild =
      error instanceof SourceArchiveError ||
      error instanceof DockerUsageError ||
      error instanceof ShellError ||
      error instanceof TemplateError;
    if (!isOfBuild) throw error;
    return { output: [error.message], result: { kind: 'failed', exitCode: 1 } };
  }
}

function valuesOf(values: Json | undefined): Readonly<Record<string, string>> {
  const given = Array.isArray(values) ? values.filter(isJsonObject) : [];
  return Object.fromEntries(given.map(({ name, value }) => [String(name), String(value)]));
}

/** `host/repository:tag` or `repository:tag`; the host must be the registry itself. */
function imageNames(names: Json | undefined, loginServer: string): readonly ImageName[] | string {
  const images: ImageName[] = [];
  for (const name of Array.isArray(names) ? names : []) {
    const [, host, repository, tag = 'latest'] =
      /^(?:([^/]+\.[^/]+)\/)?([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?$/.exec(String(name)) ?? [];
    if (repository === undefined) return `The image name '${String(name)}' is not valid.`;
    if (host !== undefined && host.toLowerCase() !== loginServer.toLowerCase()) {
      return `The image name '${String(name)}' is not in the registry ${loginServer}.`;
    }
    images.push({ repository, tag });
  }
  return images;
}

function refused(code: string, message: string): { refused: Refusal } {
  return { refused: { status: 400, code, message } };
}
