import type { JsonObject } from '../../shared/json.ts';
import type { ImageSettings } from '../../source/dockerfile/image-settings.ts';
import { knownServer } from '../convert/known-servers.ts';
import { secretKey } from '../convert/names.ts';
import { commandPort } from '../requests/command-port.ts';
import { healthRequest } from '../requests/health-path.ts';
import type { ChosenContext } from './build-context.ts';
import type { Manifest } from './manifests.ts';

/** What is known of one program that is to be a service. */
export interface Program {
  /** Path of the Dockerfile. */
  readonly file: string;
  /** The stage that makes its image, where the Dockerfile makes several. */
  readonly target: string | undefined;
  /** Other stages that make an image, and no service. */
  readonly passedOver: readonly string[];
  readonly settings: ImageSettings;
  readonly build: ChosenContext;
  readonly manifest: Manifest | undefined;
}

/** A note of something that did not come over; its key is one of the Dockerfile: `EXPOSE 9229`. */
interface Note {
  readonly line: number;
  readonly key: string;
  readonly text: string;
}

export interface ProposedService {
  readonly service: JsonObject;
  /** Above the service, and above its keys. */
  readonly comments: readonly { readonly key?: string; readonly text: string }[];
  readonly notes: readonly Note[];
}

interface KnownPort {
  readonly port: number;
  /** For people, where it is not simply exposed: where it is said. */
  readonly from?: string;
}

/** @param isPublic everybody reaches it, where it has a port at all */
export function proposedService(program: Program, isPublic: boolean): ProposedService {
  const { settings, build, file, target, manifest } = program;
  const known = knownPort(program);
  const check = healthOf(settings, known?.port);
  // What is built on a database is spoken to as one, and is nobody's but the services'.
  const server = knownServer(settings.base);
  const isTcp = server?.transport === 'tcp' && server.port === known?.port;
  const notes = [
    ...check.notes,
    ...furtherPorts(settings, known),
    ...volumes(settings),
    ...passedOver(program),
    ...unbuildable(build),
  ];
  return {
    service: {
      build: buildOf(build, target),
      ...(known && { port: known.port, ingress: isPublic && !isTcp ? 'external' : 'internal' }),
      ...(isTcp && { transport: 'tcp' }),
      ...(check.path !== undefined && { health_path: check.path }),
    },
    comments: [
      { text: manifest ? `${file}, ${manifest.path}` : file },
      ...(known ? [] : [{ text: NO_PORT }]),
      ...(known?.from === undefined ? [] : [{ key: 'port', text: `As ${known.from} says.` }]),
    ],
    notes,
  };
}

const NO_PORT = 'A worker, which nobody calls, since no port is said anywhere; with `port: N` it can be called.';

/** The first that says one: the image itself, its health check, its variables, the commands that start it. */
export function knownPort({ settings, manifest, file }: Program): KnownPort | undefined {
  const { exposed, healthCheck, env, command, entrypoint } = settings;
  const [first] = exposed;
  if (first) return { port: first.port };
  const asked = healthCheck && healthRequest(healthCheck.words)?.port;
  if (asked !== undefined) return { port: asked, from: `HEALTHCHECK of ${file}` };
  const variable = Number(env.PORT);
  if (variable >= 1 && variable <= 65_535) return { port: variable, from: `ENV PORT of ${file}` };
  for (const line of [command, entrypoint]) {
    const started = line && commandPort(line.words.join(' '));
    if (started !== undefined) return { port: started, from: `the command of ${file}` };
  }
  if (manifest?.port !== undefined) return { port: manifest.port, from: `scripts.start of ${manifest.path}` };
  const server = knownServer(settings.base);
  return server && { port: server.port, from: `the image ${settings.base}, on which ${file} builds,` };
}

function buildOf({ context, dockerfile, secretIds }: ChosenContext, target: string | undefined): JsonObject | string {
  if (dockerfile === 'Dockerfile' && target === undefined && secretIds.length === 0)
    return context === '.' ? '.' : `./${context}`;
  const secrets = Object.fromEntries(secretIds.map((id) => [id, secretKey(id)]));
  return {
    context,
    ...(dockerfile !== 'Dockerfile' && { dockerfile }),
    ...(target !== undefined && { target }),
    ...(secretIds.length > 0 && { secrets }),
  };
}

/** What builds cannot go without, by keys of secrets: from the environment of whoever deploys. */
export function buildSecrets(programs: Iterable<Program>): JsonObject {
  const ids = [...programs].flatMap(({ build }) => build.secretIds);
  return Object.fromEntries(ids.map((id) => [secretKey(id), `env:${secretKey(id).toUpperCase()}`]));
}

function healthOf(
  { healthCheck }: ImageSettings,
  port: number | undefined,
): { readonly path?: string; readonly notes: readonly Note[] } {
  if (!healthCheck) return { notes: [] };
  const { words, line } = healthCheck;
  const request = healthRequest(words);
  const key = 'HEALTHCHECK';
  if (!request || port === undefined)
    return { notes: [{ line, key, text: 'is no http request to the service; `probes` asks by http or tcp' }] };
  const { path, port: asked = port } = request;
  if (asked === port) return { path, notes: [] };
  const text = `asks port ${asked}, which is not the port of the service: \`probes: {readiness: {kind: http, path: ${path}, port: ${asked}}}\` does so`;
  return { notes: [{ line, key, text }] };
}

function furtherPorts({ exposed }: ImageSettings, known: KnownPort | undefined): readonly Note[] {
  const others = [...new Map(exposed.map((one) => [one.port, one])).values()].filter(
    ({ port }) => port !== known?.port,
  );
  return others.map(({ port, line }) => ({
    line,
    key: `EXPOSE ${port}`,
    text: `a service has one port for http; what other services reach by tcp stands under \`ports: [${port}]\``,
  }));
}

function volumes(settings: ImageSettings): readonly Note[] {
  return settings.volumes.flatMap(({ words, line }) =>
    words.map((folder) => ({
      line,
      key: `VOLUME ${folder}`,
      text: 'what is written there goes with the container; a file share keeps it (`storage.shares`, `volumes` and `mounts`)',
    })),
  );
}

function passedOver({ passedOver: stages }: Program): readonly Note[] {
  return stages.map((stage) => ({
    line: 1,
    key: `FROM … AS ${stage}`,
    text: 'no service is made of this stage; `build.target` names it where it shall be one',
  }));
}

function unbuildable({ context, problems }: ChosenContext): readonly Note[] {
  return problems.map((problem) => {
    const [, line = '1', message = problem] = /^[^:]*:(\d+): (.*)$/s.exec(problem) ?? [];
    return {
      line: Number(line),
      key: `build in ${context}`,
      text: `${message}; see \`build.context\` and \`build.secrets\``,
    };
  });
}
