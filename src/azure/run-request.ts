import type { JsonObject } from '../shared/json.ts';
import type { BuildRequest } from './ports.ts';

/** Where the secrets of a build lie in the container of its step. */
const SECRETS_FOLDER = '/run/build-secrets';
const SECRETS_VOLUME = 'build-secrets';

/** What the registry is asked for: a quick build, which is one of the classic builder, or a task with a step of BuildKit. */
export function runRequest(loginServer: string, request: BuildRequest): JsonObject {
  const { sourceLocation, timeoutInSeconds, builder } = request;
  const run = {
    sourceLocation,
    platform: { os: 'Linux', architecture: 'amd64' },
    agentConfiguration: { cpu: 2 },
    timeout: timeoutInSeconds,
  };
  return builder === 'classic'
    ? { type: 'DockerBuildRequest', ...quickBuild(loginServer, request), ...run }
    : { type: 'EncodedTaskRunRequest', ...task(loginServer, request), ...run };
}

function quickBuild(loginServer: string, request: BuildRequest): JsonObject {
  const { dockerfile, image, noCache, target, buildArguments = {} } = request;
  const given = Object.entries(buildArguments);
  return {
    dockerFilePath: dockerfile,
    imageNames: [`${loginServer}/${image}`],
    isPushEnabled: true,
    noCache,
    ...(target !== undefined && { target }),
    ...(given.length > 0 && {
      arguments: given.map(([name, value]) => ({ name, value: templateText(shellWord(value)), isSecret: false })),
    }),
  };
}

/**
 * A build step whose environment asks for BuildKit (https://github.com/Azure/acr/issues/721; `invokesBuildkit` in
 * https://github.com/Azure/acr-builder/blob/main/graph/step.go). Where its scanner cannot read the Dockerfile, a command step runs
 * the same line in the same image, which is not scanned (`runStep` in
 * https://github.com/Azure/acr-builder/blob/main/builder/builder.go). Steps end after ten minutes unless the task says otherwise.
 * JSON is YAML, too: https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml
 */
function task(loginServer: string, request: BuildRequest): JsonObject {
  const { image, isScannable, timeoutInSeconds, secrets = {} } = request;
  const ids = Object.keys(secrets);
  const reference = `${loginServer}/${image}`;
  const line = buildLine(reference, request);
  const content = {
    version: 'v1.0.0',
    stepTimeout: timeoutInSeconds,
    ...(ids.length > 0 && {
      volumes: [
        {
          name: SECRETS_VOLUME,
          secret: Object.fromEntries(ids.map((id, index) => [id, `{{.Values.${valueName(index)}}}`])),
        },
      ],
    }),
    steps: [
      {
        id: 'build',
        ...(isScannable ? { build: line } : { cmd: `docker build ${line}` }),
        env: ['DOCKER_BUILDKIT=1'],
        ...(ids.length > 0 && { volumeMounts: [{ name: SECRETS_VOLUME, mountPath: SECRETS_FOLDER }] }),
      },
      { id: 'push', push: [reference], when: ['build'] },
    ],
  };
  return {
    encodedTaskContent: base64(JSON.stringify(content)),
    ...(ids.length > 0 && {
      values: ids.map((id, index) => ({
        name: valueName(index),
        value: base64(hereDocumentText(secrets[id] ?? '')),
        isSecret: true,
      })),
    }),
  };
}

/**
 * The arguments of `docker build`. The builder hands them to a shell, and takes words behind `--file` and `--target` for its
 * scanner: the last ones count, so what users write comes before them.
 */
function buildLine(reference: string, request: BuildRequest): string {
  const { dockerfile, target, noCache, buildArguments = {}, secrets = {} } = request;
  const flags = [
    ...Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', shellWord(`${name}=${value}`)]),
    ...Object.keys(secrets).flatMap((id) => ['--secret', `id=${id},src=${SECRETS_FOLDER}/${id}`]),
    ...(noCache ? ['--no-cache'] : []),
    ...['--tag', reference, '--file', shellWord(dockerfile)],
    ...(target === undefined ? [] : ['--target', target]),
  ];
  return templateText([...flags, '.'].join(' '));
}

/** One word of a POSIX shell: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02 */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** Tasks are Go templates before they are anything else: https://pkg.go.dev/text/template */
function templateText(text: string): string {
  return text.replaceAll('{{', '{{`{{`}}');
}

/** Names of values are no names that users give. */
function valueName(index: number): string {
  return `secret${index}`;
}

/**
 * Secrets of a volume are written by a shell from a here-document that it expands, and end in a newline there (`createSecretFiles`
 * in https://github.com/Azure/acr-builder/blob/main/builder/builder.go).
 */
function hereDocumentText(value: string): string {
  return value.replace(/[\\$`]/g, '\\$&');
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
