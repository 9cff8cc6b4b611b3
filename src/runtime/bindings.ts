import { UserError } from '../shared/errors.ts';
import type { FunctionBinding, FunctionMetadata } from './core-api.ts';

/** The triggers that this runtime serves. */
export const Trigger = {
  orchestration: 'orchestrationTrigger',
  activity: 'activityTrigger',
  http: 'httpTrigger',
  blob: 'blobTrigger',
  timer: 'timerTrigger',
} as const;
export type Trigger = (typeof Trigger)[keyof typeof Trigger];

const TRIGGERS: ReadonlySet<string> = new Set(Object.values(Trigger));
/** Orchestrators and activities get no client here: an orchestrator must not have one, an activity needs none. */
const WITHOUT_CLIENT: ReadonlySet<string> = new Set([Trigger.orchestration, Trigger.activity]);
const DURABLE_CLIENTS: ReadonlySet<string> = new Set(['durableClient', 'orchestrationClient']);

export interface NamedBinding {
  readonly name: string;
  readonly binding: FunctionBinding;
}

export function triggerOf({ bindings }: FunctionMetadata): NamedBinding | undefined {
  return named(bindings).find(({ binding }) => /trigger$/i.test(binding.type));
}

export function durableClientsOf({ bindings }: FunctionMetadata): readonly NamedBinding[] {
  return named(bindings).filter(({ binding }) => DURABLE_CLIENTS.has(binding.type));
}

/**
 * Refuses a function that needs what this runtime does not have: an app must fail at its start, not at its first event.
 * @throws UserError `function_unsupported` with the names of the function and of what is missing.
 */
export function requireSupported(metadata: FunctionMetadata): void {
  const trigger = triggerOf(metadata);
  if (!trigger || !TRIGGERS.has(trigger.binding.type)) {
    throw unsupported(metadata, `the trigger ${trigger?.binding.type ?? '(none)'}`);
  }
  if (metadata.retryOptions) throw unsupported(metadata, 'a retry policy');
  for (const { name, binding } of named(metadata.bindings)) {
    if (name === trigger.name) continue;
    const isClient = DURABLE_CLIENTS.has(binding.type) && !WITHOUT_CLIENT.has(trigger.binding.type);
    const isResponse = binding.type === 'http' && trigger.binding.type === Trigger.http;
    if (!isClient && !isResponse) throw unsupported(metadata, `the binding ${binding.type}`);
  }
}

function named(bindings: FunctionMetadata['bindings']): readonly NamedBinding[] {
  return Object.entries(bindings).map(([name, binding]) => ({ name, binding }));
}

function unsupported({ name }: FunctionMetadata, what: string): UserError {
  return new UserError(`The embedded runtime does not serve ${what} of the function ${name}.`, {
    code: 'function_unsupported',
    hint: `It serves ${Object.values(Trigger).join(', ')}, and the durable client.`,
  });
}
