import { posix } from 'node:path';
import { BuildFailure, type BuildOrder } from './build-order.ts';
import type { BuiltStage } from './classic-build.ts';
import { type Dockerfile, expandVariables, type Instruction, type Stage } from './dockerfile.ts';
import { assignments } from './image.ts';
import { type ArchivedFile, matchSource, type SourceArchive } from './source-archive.ts';

/** The machine of a run, whatever it builds for. */
const AGENT: readonly (readonly [string, string])[] = [
  ['BUILDPLATFORM', 'linux/amd64'],
  ['BUILDOS', 'linux'],
  ['BUILDARCH', 'amd64'],
  ['BUILDVARIANT', ''],
];

interface Work {
  readonly dockerfile: Dockerfile;
  readonly context: SourceArchive;
  readonly order: BuildOrder;
  /** What FROM can name: ARG before the first one, and what BuildKit offers. */
  readonly globals: ReadonlyMap<string, string>;
  readonly output: string[];
}

/**
 * Runs the target and the stages that it is made of, as BuildKit does, in the order of the file. Throws BuildFailure.
 * Sources: https://docs.docker.com/build/building/multi-stage/#differences-between-legacy-builder-and-buildkit,
 * https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope,
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/dockerfile2llb/convert.go
 */
export function buildWithBuildKit(
  dockerfile: Dockerfile,
  context: SourceArchive,
  order: BuildOrder,
  output: string[],
): BuiltStage {
  output.push(
    '#0 building with "default" instance using docker driver',
    '#1 [internal] load build definition from Dockerfile',
  );
  const work: Work = { dockerfile, context, order, output, globals: globalVariables(dockerfile, order) };
  const stage = targetStage(work);
  const copied = new Map<string, ArchivedFile>();
  const environments = new Map<Stage, ReadonlyMap<string, string>>();
  for (const needed of neededStages(work, stage)) {
    const base = baseStage(work, needed);
    const built = runStage(work, needed, base && environments.get(base));
    environments.set(needed, built.environment);
    for (const file of built.copied) copied.set(file.path, file);
  }
  return { copied: [...copied.values()], stage };
}

function globalVariables(
  { instructions }: Dockerfile,
  { platform, buildArguments }: BuildOrder,
): ReadonlyMap<string, string> {
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  const globals = new Map([
    ...AGENT,
    ['TARGETPLATFORM', platform],
    ['TARGETOS', os],
    ['TARGETARCH', architecture],
    ['TARGETVARIANT', variant],
  ] as [string, string][]);
  for (const { keyword, words } of instructions) {
    if (keyword === 'FROM') break;
    if (keyword === 'ARG') declare(words, { scope: globals, outer: new Map(), buildArguments });
  }
  return globals;
}

interface Scopes {
  readonly scope: Map<string, string>;
  readonly outer: ReadonlyMap<string, string>;
  readonly buildArguments: ReadonlyMap<string, string>;
}

function declare(words: readonly string[], { scope, outer, buildArguments }: Scopes): void {
  for (const word of words) {
    const [name = '', fallback] = word.split(/=(.*)/s);
    const given = buildArguments.get(name);
    const value = given ?? (fallback === undefined ? outer.get(name) : expandVariables(fallback, scope));
    if (value !== undefined) scope.set(name, value);
  }
}

function failed(message: string): BuildFailure {
  return new BuildFailure(`ERROR: failed to build: failed to solve: ${message}`);
}

function targetStage({ dockerfile, order: { target } }: Work): Stage {
  const found = target ? named(dockerfile.stages, target) : dockerfile.stages.at(-1);
  if (!found) throw failed(`target stage "${target}" could not be found`);
  return found;
}

function named(stages: readonly Stage[], name: string): Stage | undefined {
  return stages.findLast(({ alias }) => alias === name.toLowerCase());
}

function baseStage({ dockerfile: { stages }, globals }: Work, stage: Stage): Stage | undefined {
  const name = expandVariables(stage.base, globals);
  if (name === '') throw failed(`base name (${stage.base}) should not be blank`);
  return named(stages.slice(0, stages.indexOf(stage)), name);
}

function neededStages(work: Work, target: Stage): readonly Stage[] {
  const { stages } = work.dockerfile;
  const needed = new Set<Stage>();
  const visit = (stage: Stage | undefined): void => {
    if (!stage || needed.has(stage)) return;
    needed.add(stage);
    visit(baseStage(work, stage));
    const before = stages.slice(0, stages.indexOf(stage));
    for (const name of references(stage))
      visit(named(before, name) ?? (/^\d+$/.test(name) ? before[Number(name)] : undefined));
  };
  visit(target);
  return stages.filter((stage) => needed.has(stage));
}

function references({ instructions }: Stage): readonly string[] {
  return instructions.flatMap(({ flags, mounts }) => [
    ...(flags.get('from') ?? '').split(' '),
    ...mounts.map((mount) => mountOptions(mount).get('from') ?? ''),
  ]);
}

function mountOptions(mount: string): ReadonlyMap<string, string> {
  return new Map(
    mount.split(',').map((field): [string, string] => {
      const [key = '', value = ''] = field.split(/=(.*)/s);
      return [key.toLowerCase(), value];
    }),
  );
}

function runStage(
  work: Work,
  stage: Stage,
  inherited: ReadonlyMap<string, string> | undefined,
): { readonly copied: readonly ArchivedFile[]; readonly environment: ReadonlyMap<string, string> } {
  checkPlatform(work, stage);
  const variables = new Map(inherited);
  const copied: ArchivedFile[] = [];
  const { output, globals, order } = work;
  output.push(
    `#5 [${stage.alias ?? 'stage'} 1/${stage.instructions.length + 1}] FROM ${expandVariables(stage.base, globals)}`,
  );
  for (const [index, instruction] of stage.instructions.entries()) {
    const { keyword, words, text } = instruction;
    output.push(`#6 [${stage.alias ?? 'stage'} ${index + 2}/${stage.instructions.length + 1}] ${keyword} ${text}`);
    if (keyword === 'ARG') declare(words, { scope: variables, outer: globals, buildArguments: order.buildArguments });
    if (keyword === 'ENV')
      for (const [name, value] of assignments(words)) variables.set(name, expandVariables(value, variables));
    if (keyword === 'COPY' || keyword === 'ADD') copied.push(...copySources(work, instruction, variables));
    if (keyword === 'RUN') runCommand(work, instruction);
  }
  return { copied, environment: variables };
}

/** `os/architecture[/variant]`: https://github.com/containerd/platforms/blob/main/platforms.go */
function checkPlatform({ dockerfile, globals }: Work, stage: Stage): void {
  const index = dockerfile.stages.indexOf(stage);
  const from = dockerfile.instructions.filter(({ keyword }) => keyword === 'FROM')[index];
  const flag = from?.flags.get('platform');
  if (flag === undefined) return;
  const platform = expandVariables(flag, globals);
  const wrong = platform.split('/').find((part) => !/^[A-Za-z0-9_.-]+$/.test(part));
  if (wrong !== undefined) {
    throw failed(
      `failed to parse platform ${platform}: "${wrong}" is an invalid component of "${platform}": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`,
    );
  }
}

function copySources(
  { context }: Work,
  { keyword, flags, words, line }: Instruction,
  variables: ReadonlyMap<string, string>,
): readonly ArchivedFile[] {
  if (flags.has('from')) return [];
  if (words.length < 2) {
    throw failed(
      `dockerfile parse error on line ${line}: ${keyword} requires at least two arguments, but only one was provided. Destination could not be determined`,
    );
  }
  const sources = words.slice(0, -1).map((word) => expandVariables(word, variables));
  const destination = expandVariables(words.at(-1) ?? '', variables);
  if (sources.length > 1 && !/(^\.{1,2}|\/)$/.test(destination)) {
    throw failed(
      `dockerfile parse error on line ${line}: When using ${keyword} with more than one source file, the destination must be a directory and end with a /`,
    );
  }
  return sources
    .filter((source) => !source.startsWith('<<') && !(keyword === 'ADD' && /^(https?:\/\/|git@)/.test(source)))
    .flatMap((source) => contextFiles(context, source));
}

/** What climbs out of the context ends at its root; a wildcard may match nothing. */
function contextFiles(context: SourceArchive, source: string): readonly ArchivedFile[] {
  const path = posix.join('/', source);
  const files = matchSource(context, path);
  if (files.length > 0 || /[*?[]/.test(source)) return files;
  throw failed(`failed to compute cache key: failed to calculate checksum of ref local::context: "${path}": not found`);
}

function runCommand(work: Work, { mounts, flags, text, words }: Instruction): void {
  if (flags.get('security') === 'insecure') throw failed('failed to load LLB: security.insecure is not allowed');
  for (const mount of mounts) checkMount(work, mountOptions(mount));
  const command = words.join(' ');
  const [, id] = /^cat \/run\/secrets\/(\S+)$/.exec(command) ?? [];
  const shown =
    id !== undefined && mounts.some((mount) => secretId(mountOptions(mount)) === id)
      ? work.order.secrets?.get(id)
      : undefined;
  if (id !== undefined && shown === undefined) {
    throw failed(`process "/bin/sh -c ${command}" did not complete successfully: exit code: 1`);
  }
  if (shown !== undefined) for (const line of shown.split('\n')) work.output.push(`#7 0.100 ${line}`);
  const exit = text
    .split(/&&|;/)
    .map((part) => /(?:^|\s)exit ([1-9]\d*)$/.exec(part.trim())?.[1])
    .find((code) => code !== undefined);
  if (exit !== undefined)
    throw failed(`process "/bin/sh -c ${command}" did not complete successfully: exit code: ${exit}`);
}

/** https://docs.docker.com/reference/dockerfile/#run---mount */
function checkMount({ context, order: { secrets } }: Work, options: ReadonlyMap<string, string>): void {
  const type = options.get('type') ?? 'bind';
  if (type === 'bind' && !options.has('from')) {
    const source = options.get('source') ?? options.get('src');
    if (source !== undefined) contextFiles(context, source);
  }
  const isRequired = options.has('required') && options.get('required') !== 'false';
  const id = secretId(options);
  if (type === 'secret' && isRequired && !secrets?.has(id)) throw failed(`secret ${id}: not found`);
}

function secretId(options: ReadonlyMap<string, string>): string {
  const path = options.get('target') ?? options.get('dst') ?? options.get('destination') ?? '';
  return options.get('id') ?? posix.basename(path);
}
