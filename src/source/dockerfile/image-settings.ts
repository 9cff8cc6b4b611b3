import {
  type DockerInstruction,
  jsonWords,
  type ParsedDockerfile,
  parseDockerfile,
  quotedWords,
} from './instruction.ts';
import { expandWord } from './shell-word.ts';
import { type Scope, StageVariables } from './stage-variables.ts';
import { builtStages, instructionsOf, neededStages, readStages, type Stage } from './stages.ts';

/** What a Dockerfile says of the containers that will run its image. What the base image says is not known here. */
export interface ImageSettings {
  /** The image that it is built on, through all of its stages; undefined when only the build knows. */
  readonly base: string | undefined;
  /** Ports of EXPOSE, in the order of the file, without those of udp and those that only the build knows. */
  readonly exposed: readonly ExposedPort[];
  /** Of HEALTHCHECK; `NONE` counts as there being none. */
  readonly healthCheck: CommandLine | undefined;
  readonly entrypoint: CommandLine | undefined;
  readonly command: CommandLine | undefined;
  /** Variables of ENV whose values can be told. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders of VOLUME whose names can be told. */
  readonly volumes: readonly CommandLine[];
  /** The name of its stage. */
  readonly stage: string | undefined;
  /** Names of stages that no other one is made of: images of their own. */
  readonly otherImages: readonly string[];
}

interface ExposedPort {
  readonly port: number;
  readonly line: number;
}

interface CommandLine {
  /** Of the JSON form its words, of the other its words at blanks. */
  readonly words: readonly string[];
  readonly line: number;
}

/**
 * The settings of the image that a build makes: those of its last stage, or of the target, and of the stages that it is built on.
 * Source: https://docs.docker.com/reference/dockerfile/
 *
 * @returns undefined when there is no such stage
 */
export function readImageSettings(
  text: string,
  { buildArguments = {}, target }: BuildInputs = {},
): ImageSettings | undefined {
  const parsed = parseDockerfile(text);
  const scope: Scope = { buildArguments, offered: {} };
  const { stages, globals } = readStages(parsed, scope);
  const built = builtStages(stages, 'buildkit', target);
  const last = target === undefined ? stages.at(-1) : built?.findLast(({ name }) => name === target.toLowerCase());
  if (!built || !last) return undefined;
  const lineage = lineageOf(last);
  const reader = new SettingsReader(parsed, scope, globals);
  for (const stage of lineage) reader.read(stage);
  const otherImages = stages.flatMap(({ name }) => (name === undefined || isUsed(stages, name) ? [] : [name]));
  return {
    base: lineage[0]?.base,
    stage: last.name,
    ...reader.settings(),
    otherImages: otherImages.filter((name) => name !== last.name),
  };
}

interface BuildInputs {
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** The stage to build; absent: the last. */
  readonly target?: string | undefined;
}

/** Whether another stage is built on one of that name, or takes files from it. */
function isUsed(stages: readonly Stage[], name: string): boolean {
  return stages.some((other) => {
    if (other.name === name) return false;
    const made = neededStages(stages, other);
    return made.some((stage) => stage.name === name);
  });
}

/** From the stage that is built on an image to the one that is asked for. */
function lineageOf(stage: Stage): readonly Stage[] {
  return stage.parent ? [...lineageOf(stage.parent), stage] : [stage];
}

class SettingsReader {
  private readonly scope: Scope;
  private readonly globals: StageVariables;
  private readonly escapeCharacter: string;
  private variables: StageVariables | undefined;
  private readonly names = new Set<string>();
  private readonly exposed: ExposedPort[] = [];
  private readonly volumes: CommandLine[] = [];
  private healthCheck: CommandLine | undefined;
  private entrypoint: CommandLine | undefined;
  private command: CommandLine | undefined;

  constructor({ escapeCharacter }: ParsedDockerfile, scope: Scope, globals: StageVariables) {
    this.escapeCharacter = escapeCharacter;
    this.scope = scope;
    this.globals = globals;
  }

  read(stage: Stage): void {
    const { escapeCharacter, scope, globals } = this;
    const isComplete = stage.base === 'scratch';
    this.variables = new StageVariables({ escapeCharacter, scope, globals, isComplete, parent: this.variables });
    for (const instruction of instructionsOf(stage)) this.take(instruction, this.variables);
  }

  private take(instruction: DockerInstruction, variables: StageVariables): void {
    const { keyword, text, words, line } = instruction;
    switch (keyword) {
      case 'ARG':
        variables.declare(quotedWords(text, this.escapeCharacter));
        return;
      case 'ENV':
        this.takeVariables(instruction, variables);
        return;
      case 'EXPOSE':
        this.exposed.push(...words.flatMap((word) => this.port(word, line, variables)));
        return;
      case 'VOLUME': {
        const folders = words.flatMap((word) => expandWord(word, variables, this.escapeCharacter) ?? []);
        this.volumes.push({ words: folders, line });
        return;
      }
      case 'HEALTHCHECK': {
        const [kind = '', ...rest] = words;
        this.healthCheck = kind.toUpperCase() === 'CMD' ? { words: plainWords(rest, text), line } : undefined;
        return;
      }
      case 'ENTRYPOINT':
        // A new entry point resets the command of the base: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
        this.entrypoint = { words, line };
        this.command = undefined;
        return;
      case 'CMD':
        this.command = { words, line };
    }
  }

  private takeVariables({ text }: DockerInstruction, variables: StageVariables): void {
    const words = quotedWords(text, this.escapeCharacter);
    variables.set(words, text);
    const [first = ''] = words;
    const names = first.includes('=') ? words.map((word) => word.split('=', 1)[0] ?? '') : [first];
    for (const name of names) this.names.add(name);
  }

  private port(word: string, line: number, variables: StageVariables): readonly ExposedPort[] {
    const [, digits] = /^(\d{1,5})(?:\/tcp)?$/i.exec(expandWord(word, variables, this.escapeCharacter) ?? '') ?? [];
    const port = Number(digits);
    return port >= 1 && port <= 65_535 ? [{ port, line }] : [];
  }

  settings(): Omit<ImageSettings, 'base' | 'stage' | 'otherImages'> {
    const env = [...this.names].flatMap((name): [string, string][] => {
      const value = this.variables?.get(name);
      return typeof value === 'string' ? [[name, value]] : [];
    });
    const { exposed, healthCheck, entrypoint, command, volumes } = this;
    return { exposed, healthCheck, entrypoint, command, volumes, env: Object.fromEntries(env) };
  }
}

/** `CMD` of a health check may have the JSON form of its own behind it. */
function plainWords(rest: readonly string[], text: string): readonly string[] {
  return jsonWords(text.replace(/^CMD\s+/i, '')) ?? rest;
}
