import { canonicalJson, hashJson, type Json, sha256 } from '../shared/json.ts';
import type { DeploymentConfig } from './config/model.ts';
import { leaves } from './config/paths.ts';
import type { Derives, Desire } from './desired.ts';
import { type OutputReference, symbolicOutputs } from './outputs.ts';
import { isOfUnasked } from './sections/sections.ts';
import type { DependencyRecord } from './state.ts';
import type { StepDefinition } from './steps.ts';

/** The named parts of a step's fingerprint, each with its own hash, so that a plan can say which changed. */
export type Dependencies = Readonly<Record<string, DependencyRecord>>;

/**
 * SHA-256 over the names and hashes of the dependencies (RFC 8785 canonical JSON), whatever their order.
 */
export function fingerprint(dependencies: Dependencies): string {
  return hashJson(Object.fromEntries(Object.entries(dependencies).map(([name, { hash }]) => [name, hash])));
}

/** What a step depends on: configuration, its own resources, the outputs it reads, and the given facts. */
export function dependenciesOf(input: {
  readonly definition: StepDefinition;
  readonly desire: Desire;
  /** What else it makes of configuration and outputs, and no body of its own holds. */
  readonly derives?: Derives | undefined;
  readonly environment: string;
  readonly config: DeploymentConfig;
  /** Outputs as far as known; undefined: not known yet. */
  readonly outputs: (consumed: OutputReference) => string | undefined;
  /** Hashes of files, secrets and the like, by name. */
  readonly facts: Readonly<Record<string, string>>;
}): { readonly dependencies: Dependencies; readonly consumed: readonly OutputReference[] } {
  const dependencies: Record<string, DependencyRecord> = {};
  for (const key of input.definition.configKeys) {
    for (const [path, value] of leaves(input.config, key)) {
      if (!isOfUnasked(input.config, path)) dependencies[`config:${path}`] = withValue(value);
    }
  }
  const { reader, consumed } = symbolicOutputs();
  for (const output of input.definition.consumes?.(input.config) ?? []) reader.read(...output);
  for (const resource of input.desire({ environment: input.environment, config: input.config, outputs: reader })) {
    const { key, id, body, kind, asFound, configKeys = [] } = resource;
    if (asFound) continue;
    for (const [path, value] of configKeys.flatMap((one) => leaves(input.config, one)))
      dependencies[`config:${path}`] = withValue(value);
    dependencies[`resource:${key}`] = {
      hash: hashJson({ id, apiVersion: kind.fingerprintVersion ?? kind.apiVersion, body }),
    };
  }
  const derived = input.derives?.({ environment: input.environment, config: input.config, outputs: reader }) ?? {};
  for (const [name, value] of Object.entries(derived)) dependencies[name] = { hash: hashJson(value) };
  // What a step leaves to itself, where one of its resources names another, is made of what it depends on anyway.
  const others = consumed().filter(({ step }) => step !== input.definition.name);
  for (const one of others) {
    const value = input.outputs(one);
    // An output that is not there has a hash of its own: once it appears the step is looked at again.
    dependencies[`output:${one.step}.${one.output}`] = { hash: value === undefined ? 'unknown' : sha256(value) };
  }
  for (const [name, value] of Object.entries(input.facts)) dependencies[name] = { hash: sha256(value) };
  return { dependencies, consumed: others };
}

function withValue(value: Json): DependencyRecord {
  const text = canonicalJson(value);
  return { hash: sha256(text), value: text };
}
