import { parse, YAMLParseError } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { hereDocument, ShellError } from './shell-words.ts';
import { renderTemplate, TemplateError } from './task-template.ts';

/** What the builder says of a task that it cannot run; the run fails with it. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}

export type TaskStep =
  | {
      readonly kind: 'build' | 'cmd';
      readonly id: string;
      readonly line: string;
      readonly environment: readonly string[];
      readonly files: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'push'; readonly id: string; readonly images: readonly string[] };

export interface TaskFile {
  readonly steps: readonly TaskStep[];
  readonly volumes: readonly string[];
}

export interface TaskValues {
  readonly values: Readonly<Record<string, string>>;
  readonly run: Readonly<Record<string, string>>;
}

const VERSIONS = ['1.0-preview-1', 'v1.0.0'];

/**
 * Reads a task: a template first, YAML after. Aliases, which come with the version 1.1.0, are not simulated.
 * Sources: https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml, and `Validate` in
 * https://github.com/Azure/acr-builder/blob/main/graph/task.go and step.go beside it. Throws TaskError.
 */
export function readTask(encoded: string, { values, run }: TaskValues): TaskFile {
  const text = rendered(Buffer.from(encoded, 'base64').toString('utf8'), { Values: values, Run: run });
  const task = object(parsed(text), 'the task');
  const version = String(task.version ?? 'v1.0.0');
  if (!VERSIONS.includes(version)) throw new TaskError(`invalid version specified: "${version}" is not simulated`);
  const volumes = new Map(list(task.volumes).map((volume) => readVolume(object(volume, 'a volume'))));
  const steps = list(task.steps).map((step, index) => readStep(object(step, 'a step'), index, volumes));
  if (steps.length === 0) throw new TaskError('failed to deserialize task and validate: there are no steps');
  return { steps, volumes: [...volumes.keys()] };
}

function rendered(text: string, values: Parameters<typeof renderTemplate>[1]): string {
  try {
    return renderTemplate(text, values);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new TaskError(`unable to render task: ${error.message}`);
  }
}

function parsed(text: string): Json {
  try {
    return parse(text) as Json;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new TaskError(
      `failed to unmarshal task before running: failed to deserialize task and validate: ${error.message}`,
    );
  }
}

function readVolume({ name, secret }: JsonObject): readonly [string, ReadonlyMap<string, string>] {
  if (typeof name !== 'string' || !/^[a-zA-Z0-9-_]+$/.test(name))
    throw new TaskError('volume name is not well formed. Only use alphanumeric and - _');
  const files = Object.entries(object(secret, 'the secret of a volume'));
  if (files.length === 0) throw new TaskError('secret is empty');
  return [name, new Map(files.map(([file, value]) => [file, secretFile(file, String(value))]))];
}

/** The builder writes them with a shell: `createSecretFiles` in https://github.com/Azure/acr-builder/blob/main/builder/builder.go */
function secretFile(file: string, value: string): string {
  if (!/^[a-zA-Z0-9-_.]+$/.test(file))
    throw new TaskError(`file name, ${file}, is not well formed. Only use alphanumeric and - _ .`);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value))
    throw new TaskError('failed to decode Base64 value. please make sure value provided is Base64 encoded');
  try {
    const [text = ''] = `${Buffer.from(value, 'base64').toString('utf8')}\n`.split(/^EOL$/m);
    return hereDocument(text);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    throw new TaskError(`failed to write value, ${error.message}`);
  }
}

function readStep(
  step: JsonObject,
  index: number,
  volumes: ReadonlyMap<string, ReadonlyMap<string, string>>,
): TaskStep {
  const id = typeof step.id === 'string' ? step.id : `acb_step_${index}`;
  if (/\s/.test(id)) throw new TaskError('step ID cannot contain spaces');
  const { build, cmd, push } = step;
  const images = list(push).map(String);
  const kinds = [build, cmd, images.length > 0 || undefined].filter(
    (one) => one !== undefined && one !== null && one !== '',
  );
  if (kinds.length === 0) throw new TaskError('step is missing a cmd, build, or push property');
  if (kinds.length > 1) throw new TaskError('step must only contain a single build, cmd, or push property');
  if (images.length > 0) return { kind: 'push', id, images };
  const environment = list(step.env).map(String);
  const wrong = environment.find((variable) => !variable.includes('='));
  if (wrong !== undefined) throw new TaskError(`cannot parse step environment variable ${wrong} correctly`);
  const files = new Map<string, string>();
  for (const mount of list(step.volumeMounts)) {
    const { name, mountPath } = object(mount, 'a mount');
    const volume = volumes.get(String(name));
    if (!volume) throw new TaskError(`mount name, ${String(name)}, does not correspond to a volume`);
    for (const [file, content] of volume) files.set(`${String(mountPath)}/${file}`, content);
  }
  return { kind: typeof build === 'string' ? 'build' : 'cmd', id, line: String(build ?? cmd), environment, files };
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function object(value: Json | undefined, what: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new TaskError(`failed to unmarshal task before running: ${what} is no map`);
}
