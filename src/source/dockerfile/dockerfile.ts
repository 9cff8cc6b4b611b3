import type { Builder } from '../ports.ts';
import { type DeclaredArgument, declaredArguments, type SecretMount, secretMounts } from './inputs.ts';
import { type DockerInstruction, mountOptions, parseDockerfile, quotedWords } from './instruction.ts';
import { expandWord } from './shell-word.ts';
import { type Scope, StageVariables } from './stage-variables.ts';
import { builtStages, instructionsOf, readStages, type Stage } from './stages.ts';

/** What one instruction takes from the build context. */
export interface ContextInstruction {
  readonly keyword: 'COPY' | 'ADD' | 'RUN';
  /** 1-based line in the Dockerfile. */
  readonly line: number;
  /** As written after expansion of variables; undefined: only the build knows. */
  readonly sources: readonly (string | undefined)[];
  /** Patterns of `--exclude`. */
  readonly exclude: readonly string[];
  /** `--parents`: `**` is a wildcard too. */
  readonly parents: boolean;
  /** False for bind mounts, whose source is a plain path. */
  readonly wildcards: boolean;
}

export interface DockerfileView {
  readonly instructions: readonly ContextInstruction[];
  /** The base image carries instructions of its own that take files from the context. */
  readonly seesWholeContext: boolean;
  /** Why the file is not a valid Dockerfile. */
  readonly problems: readonly LineMessage[];
  /** What only BuildKit can do. */
  readonly needsBuildKit: readonly LineMessage[];
  /** Variables that the build takes from outside. */
  readonly declared: readonly DeclaredArgument[];
  readonly secretMounts: readonly SecretMount[];
}

export interface LineMessage {
  readonly line: number;
  readonly message: string;
}

export interface BuildSettings {
  readonly builder: Builder;
  /** `linux/amd64` */
  readonly platform: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly target?: string | undefined;
}

/**
 * Which parts of the context the build can see: sources of COPY and ADD, and bind mounts of RUN. The classic builder runs
 * every stage, BuildKit only those that the last one needs.
 * Source: https://docs.docker.com/build/building/multi-stage/#differences-between-legacy-builder-and-buildkit
 */
export function readDockerfile(text: string, settings: BuildSettings): DockerfileView {
  const parsed = parseDockerfile(text);
  const { escapeCharacter } = parsed;
  const scope: Scope = { buildArguments: settings.buildArguments, offered: offeredArguments(settings) };
  const { stages, globals } = readStages(parsed, scope);
  const target = builtStages(stages, settings.builder, settings.target);
  const built = target ?? [];
  const variables = new Map<Stage, StageVariables>();
  const found = stages.flatMap((stage) => {
    const parent = stage.parent && variables.get(stage.parent);
    const isComplete = rootOf(stage).base === 'scratch';
    const own = new StageVariables({ escapeCharacter, scope, globals, isComplete, parent });
    variables.set(stage, own);
    const seen = instructionsOf(stage).flatMap((instruction) => readInstruction(instruction, own, escapeCharacter));
    return built.includes(stage) ? seen : [];
  });
  return {
    instructions: found,
    // Images of that name were made for ONBUILD COPY of everything.
    seesWholeContext: built.some(({ base }) => base !== undefined && /:(?:.*-)?onbuild$/.test(base)),
    problems: [
      ...(stages.length === 0 ? [{ line: 1, message: 'no FROM, so there is nothing to build' }] : []),
      ...(target ? [] : [{ line: 1, message: `no stage is called ${settings.target}, which is the target` }]),
    ],
    needsBuildKit: built.flatMap((stage) => instructionsOf(stage).flatMap(buildKitOnly)),
    declared: [...parsed.instructions.filter(isGlobal), ...built.flatMap(instructionsOf)].flatMap((instruction) =>
      declaredArguments(instruction, escapeCharacter),
    ),
    secretMounts: built.flatMap((stage) => instructionsOf(stage).flatMap(secretMounts)),
  };
}

/** Before the first FROM. */
function isGlobal(_: DockerInstruction, index: number, all: readonly DockerInstruction[]): boolean {
  const first = all.findIndex(({ keyword }) => keyword === 'FROM');
  return first < 0 || index < first;
}

function rootOf(stage: Stage): Stage {
  return stage.parent ? rootOf(stage.parent) : stage;
}

/** What ACR builds on, whatever it builds for: https://learn.microsoft.com/azure/container-registry/container-registry-tasks-overview#image-platforms */
const AGENT = { BUILDPLATFORM: 'linux/amd64', BUILDOS: 'linux', BUILDARCH: 'amd64', BUILDVARIANT: '' };

/** Source: https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function offeredArguments({ builder, platform }: BuildSettings): Readonly<Record<string, string>> {
  if (builder !== 'buildkit') return {};
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return {
    ...{ TARGETPLATFORM: platform, TARGETOS: os, TARGETARCH: architecture, TARGETVARIANT: variant },
    ...AGENT,
  };
}

/** Records what ARG and ENV set, and returns what the instruction takes from the context. */
function readInstruction(
  instruction: DockerInstruction,
  variables: StageVariables,
  escapeCharacter: string,
): readonly ContextInstruction[] {
  const { keyword, text } = instruction;
  const expand = (word: string): string | undefined => expandWord(word, variables, escapeCharacter);
  if (keyword === 'ARG') variables.declare(quotedWords(text, escapeCharacter));
  if (keyword === 'ENV') variables.set(quotedWords(text, escapeCharacter), text);
  if (keyword === 'COPY' || keyword === 'ADD') return copied(instruction, keyword, expand);
  return keyword === 'RUN' ? bindMounts(instruction, expand) : [];
}

function copied(
  { flags, words, line }: DockerInstruction,
  keyword: 'COPY' | 'ADD',
  expand: (word: string) => string | undefined,
): readonly ContextInstruction[] {
  if (flags.some(({ name }) => name === 'from')) return [];
  const sources = words
    .slice(0, -1)
    .filter((word) => !word.startsWith('<<'))
    .map(expand)
    .filter((source) => source === undefined || keyword === 'COPY' || !isRemote(source));
  if (sources.length === 0) return [];
  const exclude = flags.flatMap(({ name, value }) => (name === 'exclude' ? (expand(value ?? '') ?? []) : []));
  const parents = flags.some(({ name, value }) => name === 'parents' && value !== 'false');
  return [{ keyword, line, sources, exclude, parents, wildcards: true }];
}

function isRemote(source: string): boolean {
  return /^(?:https?|ftp|git|ssh):\/\/|^[\w.-]+@[\w.-]+:/i.test(source);
}

function bindMounts(
  { flags, line }: DockerInstruction,
  expand: (word: string) => string | undefined,
): readonly ContextInstruction[] {
  return flags.flatMap(({ name, value }) => {
    if (name !== 'mount') return [];
    const options = mountOptions(value ?? '');
    if ((options.get('type') ?? 'bind') !== 'bind' || options.has('from')) return [];
    const source = expand(options.get('source') ?? options.get('src') ?? '.');
    return [{ keyword: 'RUN' as const, line, sources: [source], exclude: [], parents: false, wildcards: false }];
  });
}

/**
 * Flags with which the classic builder makes the same image. It refuses the others or, of ADD, passes over what they ask for;
 * `--link` makes a difference to caches only. Source: https://github.com/moby/moby/blob/master/daemon/builder/dockerfile/dispatchers.go
 */
const CLASSIC_FLAGS: Readonly<Record<string, readonly string[]>> = {
  COPY: ['from', 'chown', 'link'],
  ADD: ['chown', 'link'],
  RUN: [],
};

function buildKitOnly({ keyword, flags, words, line, hasHereDocument }: DockerInstruction): readonly LineMessage[] {
  const known = CLASSIC_FLAGS[keyword];
  if (!known) return [];
  const found = flags.filter(({ name }) => !known.includes(name)).map(({ name }) => `--${name}`);
  if (hasHereDocument) found.push('a here-document');
  // The classic builder takes it for a file: https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository
  if (keyword === 'ADD' && words.some((word) => /^(?:git@|git:\/\/|ssh:\/\/)/.test(word))) found.push('a repository');
  return found.map((what) => ({ line, message: `${keyword} with ${what} needs BuildKit` }));
}
