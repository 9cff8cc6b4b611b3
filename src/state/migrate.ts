import { type EnvironmentState, emptyState, type StepState } from '../domain/state.ts';
import { isStepName, type StepName } from '../domain/steps.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';
import type { ParsedState } from './parsed-state.ts';

/** The original script's documents: version 1.0, or the older one with only `completed_steps` and `created_resources`. */
export function isOriginalState(document: JsonObject): boolean {
  if (document.version === '1.0') return true;
  return document.version === undefined && ('completed_steps' in document || 'created_resources' in document);
}

/**
 * Reads what the original script left. Statuses and times are kept; its hashes are not, since they held neither sources
 * nor outputs, so every step compares with Azure once more. Secrets are dropped, with a warning that names the field.
 */
export function migrateState(document: JsonObject, environment: string): ParsedState {
  const warnings: string[] = [
    `migrated from the original script's format (version ${JSON.stringify(document.version ?? 'none')})`,
  ];
  const steps: Partial<Record<StepName, StepState>> = {};
  for (const name of completedSteps(document)) steps[name] = stepState('completed', textOf(document.last_updated));
  for (const [name, record] of Object.entries(objectOf(document.steps))) {
    if (!isStepName(name)) warnings.push(`steps.${name} is no step and was dropped`);
    else if (isJsonObject(record)) steps[name] = migrateStep(record, `steps.${name}`, warnings);
  }
  for (const field of ['resources', 'created_resources']) warnAboutSecrets(document[field], field, warnings);
  const state: EnvironmentState = {
    ...emptyState(environment),
    last_updated: textOf(document.last_updated) ?? new Date(0).toISOString(),
    steps,
  };
  warnings.push('resources are looked up on Azure again; every step compares once more and changes only what differs');
  return { state, warnings };
}

function completedSteps(document: JsonObject): readonly StepName[] {
  const names = Array.isArray(document.completed_steps) ? document.completed_steps : [];
  return names.flatMap((name) => (typeof name === 'string' && isStepName(name) ? [name] : []));
}

function migrateStep(record: JsonObject, path: string, warnings: string[]): StepState {
  const status = record.status === 'completed' || record.status === 'skipped' ? record.status : 'failed';
  warnAboutSecrets(record.metadata ?? null, `${path}.metadata`, warnings);
  const state = stepState(status, textOf(record.timestamp));
  return status === 'failed'
    ? { ...state, error: { code: 'migrated', message: 'failed under the original script' } }
    : state;
}

function stepState(status: StepState['status'], timestamp: string | undefined): StepState {
  return {
    status,
    timestamp: timestamp ?? new Date(0).toISOString(),
    dependency_hash: null,
    dependencies: {},
    outputs: {},
    metadata: {},
  };
}

const SECRET_FIELD = /password|secret|connection_?string|(^|_)key$|_key_|access_?key|token|instrumentation/i;

function warnAboutSecrets(value: Json | undefined, path: string, warnings: string[]): void {
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) warnAboutSecrets(member, `${path}[${index}]`, warnings);
  } else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      const isSecret =
        typeof member === 'string' && member !== '' && (SECRET_FIELD.test(key) || /:\/\/[^\s/@]+@/.test(member));
      if (isSecret)
        warnings.push(`${path}.${key} held a secret and was dropped; rotate it, and delete old copies of the file`);
      else warnAboutSecrets(member, `${path}.${key}`, warnings);
    }
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
