import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { BuildFailure, type BuildOrder } from './build-order.ts';
import { type Dockerfile, expandVariables, type Instruction, type Stage } from './dockerfile.ts';
import { assignments } from './image.ts';
import { type ArchivedFile, matchSource, type SourceArchive } from './source-archive.ts';

export interface BuiltStage {
  readonly copied: readonly ArchivedFile[];
  readonly stage: Stage | undefined;
}

/** Runs every stage up to the target, as `docker build` without BuildKit. Throws BuildFailure. */
export function buildClassic(
  dockerfile: Dockerfile,
  context: SourceArchive,
  order: BuildOrder,
  output: string[],
): BuiltStage {
  const copied = execute(dockerfile, context, order, output);
  const stage = order.target
    ? dockerfile.stages.find(({ alias }) => alias === order.target?.toLowerCase())
    : dockerfile.stages.at(-1);
  return { copied, stage };
}

function execute(dockerfile: Dockerfile, context: SourceArchive, order: BuildOrder, output: string[]): ArchivedFile[] {
  if (order.target && !dockerfile.stages.some(({ alias }) => alias === order.target?.toLowerCase())) {
    throw new BuildFailure(`failed to reach build target ${order.target} in Dockerfile`);
  }
  const copied = new Map<string, ArchivedFile>();
  const globals = new Map<string, string>();
  let variables = new Map<string, string>();
  let inStage = false;
  let stage = -1;
  for (const [index, instruction] of dockerfile.instructions.entries()) {
    const { keyword, words } = instruction;
    output.push(`Step ${index + 1}/${dockerfile.instructions.length} : ${keyword} ${instruction.text}`);
    if (keyword === 'FROM') {
      if (order.target && dockerfile.stages[stage]?.alias === order.target.toLowerCase()) break;
      stage += 1;
      inStage = true;
      variables = new Map();
      if (expandVariables(words[0] ?? '', globals) === '') {
        throw new BuildFailure(`base name (${words[0]}) should not be blank`);
      }
    }
    if (keyword === 'ARG') declareArguments(words, inStage ? variables : globals, globals, order);
    if (keyword === 'ENV')
      for (const [name, value] of assignments(words)) variables.set(name, expandVariables(value, variables));
    if (keyword === 'COPY' || keyword === 'ADD') {
      for (const file of copySources(instruction, context, variables)) copied.set(file.path, file);
    }
    if (keyword === 'RUN') run(instruction);
    output.push(` ---> ${createHash('sha256').update(output.join('\n')).digest('hex').slice(0, 12)}`);
  }
  return [...copied.values()];
}

function declareArguments(
  words: readonly string[],
  scope: Map<string, string>,
  globals: ReadonlyMap<string, string>,
  order: BuildOrder,
): void {
  for (const word of words) {
    const [name = '', fallback] = word.split(/=(.*)/s);
    const value =
      order.buildArguments.get(name) ?? (fallback === undefined ? globals.get(name) : expandVariables(fallback, scope));
    if (value !== undefined) scope.set(name, value);
  }
}

function copySources(
  { keyword, flags, words }: Instruction,
  context: SourceArchive,
  variables: ReadonlyMap<string, string>,
): readonly ArchivedFile[] {
  if (flags.has('chmod')) {
    throw new BuildFailure(
      'the --chmod option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled',
    );
  }
  if (flags.has('from')) return [];
  if (words.length < 2) {
    throw new BuildFailure(
      `${keyword} requires at least two arguments, but only one was provided. Destination could not be determined.`,
    );
  }
  const sources = words.slice(0, -1).map((word) => expandVariables(word, variables));
  const destination = expandVariables(words.at(-1) ?? '', variables);
  if (sources.length > 1 && !/(^\.{1,2}|\/)$/.test(destination)) {
    throw new BuildFailure(
      `When using ${keyword} with more than one source file, the destination must be a directory and end with a /`,
    );
  }
  return sources.flatMap((source) => copySource(keyword, source, context));
}

function copySource(keyword: string, source: string, context: SourceArchive): readonly ArchivedFile[] {
  if (keyword === 'ADD' && /^https?:\/\//.test(source)) return [];
  if (posix.normalize(source.replace(/^\/+/, '')).startsWith('..')) {
    throw new BuildFailure(`${keyword} failed: forbidden path outside the build context: ${source} ()`);
  }
  const files = matchSource(context, source);
  if (files.length > 0) return files;
  if (/[*?[]/.test(source)) throw new BuildFailure(`${keyword} failed: no source files were specified`);
  throw new BuildFailure(
    `${keyword} failed: file not found in build context or excluded by .dockerignore: stat ${source.replace(/^(\.?\/)+/, '')}: no such file or directory`,
  );
}

function run({ flags, text }: Instruction): void {
  // The classic builder has no flag of RUN: https://github.com/moby/moby/blob/v23.0.7/builder/dockerfile/dispatchers.go.
  const [flag] = flags.keys();
  if (flag !== undefined) {
    throw new BuildFailure(
      `the --${flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
    );
  }
  const exit = text
    .split(/&&|;/)
    .map((command) => /^exit ([1-9]\d*)$/.exec(command.trim())?.[1])
    .find((code) => code !== undefined);
  if (exit !== undefined) throw new BuildFailure(`The command '/bin/sh -c ${text}' returned a non-zero code: ${exit}`);
}
