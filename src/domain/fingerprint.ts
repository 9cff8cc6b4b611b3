import { canonicalJson, hashJson, type Json, sha256 } from '../shared/json.ts';
import type { DeploymentConfig } from './config/model.ts';
import { leaves } from './config/paths.ts';
import type { Desire } from './desired.ts';
import type { OutputReader, StepOutputs } from './outputs.ts';
import type { DependencyRecord, EnvironmentState } from './state.ts';
import type { StepDefinition, StepName } from './steps.ts';

/** The named parts of a step's fingerprint, each with its own hash, so that a plan can say which changed. */
export type Dependencies = Readonly<Record<string, DependencyRecord>>;

/** An output of an earlier step that a step reads. */
export interface ConsumedOutput {
  readonly step: StepName;
  readonly output: string;
}

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
  readonly environment: string;
  readonly config: DeploymentConfig;
  /** Outputs as far as known; undefined: not known yet. */
  readonly outputs: (consumed: ConsumedOutput) => string | undefined;
  /** Hashes of files, secrets and the like, by name. */
  readonly facts: Readonly<Record<string, string>>;
}): { readonly dependencies: Dependencies; readonly consumed: readonly ConsumedOutput[] } {
  const dependencies: Record<string, DependencyRecord> = {};
  for (const key of input.definition.configKeys) {
    for (const [path, value] of leaves(input.config, key)) dependencies[`config:${path}`] = withValue(value);
  }
  const { reader, consumed } = symbolicOutputs();
  for (const resource of input.desire({ environment: input.environment, config: input.config, outputs: reader })) {
    const { key, id, body, kind } = resource;
    dependencies[`resource:${key}`] = { hash: hashJson({ id, apiVersion: kind.apiVersion, body }) };
  }
  for (const one of consumed()) {
    const value = input.outputs(one);
    // An output that is not there has a hash of its own: once it appears the step is looked at again.
    dependencies[`output:${one.step}.${one.output}`] = { hash: value === undefined ? 'unknown' : sha256(value) };
  }
  for (const [name, value] of Object.entries(input.facts)) dependencies[name] = { hash: sha256(value) };
  return { dependencies, consumed: consumed() };
}

function withValue(value: Json): DependencyRecord {
  const text = canonicalJson(value);
  return { hash: sha256(text), value: text };
}

/** Answers symbols for every output and remembers what was asked for. */
export function symbolicOutputs(): {
  readonly reader: OutputReader;
  readonly consumed: () => readonly ConsumedOutput[];
} {
  const asked = new Map<string, ConsumedOutput>();
  return {
    reader: {
      read(step, output) {
        asked.set(`${step}.${output}`, { step, output });
        return `\${${step}.${output}}`;
      },
    },
    consumed: () => [...asked.values()],
  };
}

/** Outputs as recorded; what is missing is answered by `otherwise`. */
export function recordedOutputs(
  state: EnvironmentState,
  otherwise: (consumed: ConsumedOutput) => string,
): OutputReader {
  return {
    read<Name extends StepName>(step: Name, output: StepOutputs[Name]): string {
      return outputOf(state, { step, output }) ?? otherwise({ step, output });
    },
  };
}

export function outputOf(state: EnvironmentState, { step, output }: ConsumedOutput): string | undefined {
  return state.steps[step]?.outputs[output];
}

/** For execution: every output must be there, since the steps before this one have completed. */
export function actualOutputs(state: EnvironmentState): OutputReader {
  return recordedOutputs(state, ({ step, output }) => {
    throw new Error(`the step ${step} left no output ${output}`);
  });
}
