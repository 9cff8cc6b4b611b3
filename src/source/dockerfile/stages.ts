import type { Builder } from '../ports.ts';
import { type DockerInstruction, mountOptions, type ParsedDockerfile, quotedWords } from './instruction.ts';
import { expandWord } from './shell-word.ts';
import { type Scope, StageVariables } from './stage-variables.ts';

/** One `FROM` and what follows it. */
export interface Stage {
  readonly index: number;
  /** In lower case: stages are found whatever the case. */
  readonly name?: string;
  /** The base image, or undefined when only the build knows it. */
  readonly base: string | undefined;
  /** The stage of this file that the base is. */
  readonly parent?: Stage;
  readonly instructions: readonly DockerInstruction[];
}

/** The stages in the order of the file, and the variables declared before the first. */
export function readStages(
  { instructions, escapeCharacter }: ParsedDockerfile,
  scope: Scope,
): { readonly stages: readonly Stage[]; readonly globals: StageVariables } {
  const globals = new StageVariables({ escapeCharacter, scope, isComplete: true });
  // What the builder offers is there before the first FROM without being declared.
  globals.declare(Object.keys(scope.offered));
  const stages: Stage[] = [];
  let body: DockerInstruction[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      body = [];
      stages.push(beginStage(instruction, body, stages, globals, escapeCharacter));
    } else if (stages.length > 0) body.push(instruction);
    else if (instruction.keyword === 'ARG') globals.declare(quotedWords(instruction.text, escapeCharacter));
  }
  return { stages, globals };
}

function beginStage(
  { words }: DockerInstruction,
  instructions: readonly DockerInstruction[],
  before: readonly Stage[],
  globals: StageVariables,
  escapeCharacter: string,
): Stage {
  const [image = '', as = '', name] = words;
  const base = expandWord(image, globals, escapeCharacter);
  const parent = base === undefined ? undefined : findStage(before, base);
  return {
    index: before.length,
    base,
    instructions,
    ...(as.toUpperCase() === 'AS' && name !== undefined && { name: name.toLowerCase() }),
    ...(parent && { parent }),
  };
}

/** What a stage runs: first what its base deferred with ONBUILD, then its own. */
export function instructionsOf({ parent, instructions }: Stage): readonly DockerInstruction[] {
  const deferred = parent?.instructions.flatMap(({ trigger }) => trigger ?? []) ?? [];
  return [...deferred, ...instructions];
}

/**
 * The stages that a build runs. The classic builder runs all up to its target, which is the first of that name; BuildKit the target,
 * the newest of that name, and those it is made from. Undefined: there is no stage of that name.
 * Sources: https://docs.docker.com/build/building/multi-stage/#differences-between-legacy-builder-and-buildkit, `HasStage` in
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/instructions/commands.go, and `findStateByName` in
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/dockerfile2llb/convert.go
 */
export function builtStages(
  stages: readonly Stage[],
  builder: Builder,
  target: string | undefined,
): readonly Stage[] | undefined {
  const isTarget = ({ name }: Stage): boolean => name === target?.toLowerCase();
  const last =
    target === undefined ? stages.at(-1) : builder === 'classic' ? stages.find(isTarget) : stages.findLast(isTarget);
  if (!last) return target === undefined ? [] : undefined;
  return builder === 'classic' ? stages.slice(0, last.index + 1) : neededStages(stages, last);
}

/** Those that the target is made from, and itself. */
export function neededStages(stages: readonly Stage[], target: Stage): readonly Stage[] {
  const needed = new Set<Stage>();
  const visit = (stage: Stage | undefined): void => {
    if (!stage || needed.has(stage)) return;
    needed.add(stage);
    visit(stage.parent);
    for (const name of stageReferences(stage)) visit(findStage(stages.slice(0, stage.index), name));
  };
  visit(target);
  return stages.filter((stage) => needed.has(stage));
}

/** Names, numbers or images behind `--from=` and `--mount=from=`. */
function stageReferences(stage: Stage): readonly string[] {
  return instructionsOf(stage).flatMap(({ flags }) =>
    flags.flatMap(({ name, value }) => {
      if (name === 'from') return value ?? [];
      return name === 'mount' ? (mountOptions(value ?? '').get('from') ?? []) : [];
    }),
  );
}

/** The newest stage of that name wins; a number counts from 0. */
function findStage(stages: readonly Stage[], name: string): Stage | undefined {
  const named = stages.findLast((stage) => stage.name === name.toLowerCase());
  return named ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
}
