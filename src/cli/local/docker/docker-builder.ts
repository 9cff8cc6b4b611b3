import type { LocalBuild, LocalBuilder, LocalProgress } from '../../../engine/local-builder.ts';
import { buildCommands, type DockerTools } from './build-commands.ts';
import { docker, type Ended, NoDocker } from './docker-command.ts';
import { openDockerHome } from './sign-in.ts';

const QUESTION_TIMEOUT_IN_SECONDS = 30;
const TAIL_LINES = 20;
/** The user of a token of the registry: https://learn.microsoft.com/azure/container-registry/container-registry-authentication#az-acr-login-with---expose-token */
const TOKEN_USER = '00000000-0000-0000-0000-000000000000';

interface Outcome {
  readonly tail: string;
  readonly failed?: { readonly why: string; readonly end: 'failed' | 'timed_out' };
}

/** A build of this process: how it ended, and what nobody has been told yet. */
interface Running {
  lines: string[];
  /** The beginning of a line. */
  rest: string;
  outcome?: Outcome;
  failure?: unknown;
}

/** Builds with the docker or buildx that is on the path. @param env of this process */
export function createDockerBuilder(env: NodeJS.ProcessEnv): LocalBuilder {
  const builds = new Map<string, Running>();
  return {
    obstacle: () => obstacle(env),
    async follow(name, begin) {
      const found = builds.get(name) ?? (await started(env, begin));
      builds.set(name, found);
      const isOver = found.outcome !== undefined || found.failure !== undefined;
      if (isOver) builds.delete(name);
      return progressOf(found);
    },
  };
}

async function started(env: NodeJS.ProcessEnv, begin: () => Promise<LocalBuild>): Promise<Running> {
  const build = await begin();
  const running: Running = { lines: [], rest: '' };
  // Whoever follows it is told how it ended.
  carryOut(env, build, running).then(
    (outcome) => {
      running.outcome = outcome;
    },
    (failure: unknown) => {
      running.failure = failure;
    },
  );
  return running;
}

function progressOf(running: Running): LocalProgress {
  if (running.failure !== undefined) throw running.failure;
  const { outcome } = running;
  const lines = running.lines.splice(0);
  if (!outcome) return { kind: 'running', lines };
  const { failed, tail } = outcome;
  return failed ? { kind: 'failed', lines, tail, ...failed } : { kind: 'pushed', lines };
}

/** Each command after the other; the first that fails ends it. Nothing of it is left when this resolves. */
async function carryOut(env: NodeJS.ProcessEnv, build: LocalBuild, running: Running): Promise<Outcome> {
  const { loginServer, token, timeoutInSeconds } = build;
  const tools = await toolsOf(env);
  const home = await openDockerHome(env, { loginServer, host: tools.host });
  try {
    const login = ['login', loginServer, '--username', TOKEN_USER, '--password-stdin'];
    const signedIn = await docker(login, {
      env: home.env,
      input: token,
      timeoutInSeconds: QUESTION_TIMEOUT_IN_SECONDS,
    });
    if (signedIn.code !== 0) {
      const failed = { why: `docker could not sign in to ${loginServer}`, end: 'failed' } as const;
      return { failed, tail: tailOf(signedIn.output) };
    }
    const said = (text: string): void => hear(running, text);
    let all = '';
    for (const { args, input, more } of buildCommands(build, tools)) {
      const ended: Ended = await docker(args, {
        env: { ...home.env, ...more },
        ...(input !== undefined && { input }),
        timeoutInSeconds,
        said,
      });
      all += ended.output;
      if (ended.code === 0) continue;
      const isTimedOut = ended.code === null;
      const why = isTimedOut ? `it did not end within ${timeoutInSeconds} seconds` : `docker ended with ${ended.code}`;
      return { failed: { why, end: isTimedOut ? 'timed_out' : 'failed' }, tail: tailOf(all) };
    }
    return { tail: tailOf(all) };
  } finally {
    if (running.rest !== '') running.lines.push(running.rest);
    running.rest = '';
    await home.remove();
  }
}

function hear(running: Running, text: string): void {
  const [rest = '', ...lines] = (running.rest + text).split(/\r?\n/).toReversed();
  running.lines.push(...lines.toReversed().filter((line) => line.trim() !== ''));
  running.rest = rest;
}

function tailOf(output: string): string {
  return output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

async function obstacle(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const args = ['version', '--format', '{{.Server.Version}}'];
    const { code, output } = await docker(args, { env, timeoutInSeconds: QUESTION_TIMEOUT_IN_SECONDS });
    if (code === 0) return undefined;
    return `the docker daemon does not answer: ${tailOf(output).split('\n').at(-1)}`;
  } catch (error) {
    if (error instanceof NoDocker) return error.message;
    throw error;
  }
}

/** What this docker has, and where its daemon is by the user's own settings. */
async function toolsOf(env: NodeJS.ProcessEnv): Promise<DockerTools> {
  const question = { env, timeoutInSeconds: QUESTION_TIMEOUT_IN_SECONDS };
  const buildx = await docker(['buildx', 'version'], question);
  const context = await docker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], question);
  const host = context.output.trim();
  return {
    hasBuildx: buildx.code === 0,
    host: env.DOCKER_HOST === undefined && context.code === 0 && host !== '' ? host : undefined,
  };
}
