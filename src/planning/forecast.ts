import type { DeploymentConfig } from '../domain/config/model.ts';
import type { StepResource } from '../domain/desired.ts';
import { type OutputReader, type OutputReference, outputAt, outputReference, outputSymbol } from '../domain/outputs.ts';
import type { EnvironmentState } from '../domain/state.ts';
import { STEPS, type StepName } from '../domain/steps.ts';
import { desiredBy, type Step } from '../engine/step.ts';

/** One resource as a run will want it, as far as that can be told. */
export interface WantedResource {
  readonly resource: StepResource;
  /** Every step that sees to it. */
  readonly by: readonly StepName[];
  /** Those of them that write nothing but its late fields. */
  readonly finishedBy: readonly StepName[];
  /**
   * The same with other values for what a step leaves and nobody knows yet: what differs between the two is made of that, also
   * where it is hashed.
   */
  readonly variants: ReadonlyMap<StepName, StepResource>;
  /** Paths that a step sets back whatever the configuration changed, by the step. */
  readonly repairs: ReadonlyMap<StepName, readonly string[]>;
}

export interface ForecastInput {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  readonly steps: readonly Step[];
  /** Outputs that can be told although nothing recorded them, by `step.output`. */
  readonly foretold: ReadonlyMap<string, string>;
  /** Outputs that come out anew, by `step.output`: what is recorded of them does not count. */
  readonly renewed: ReadonlySet<string>;
}

/** What each step will want to exist, once each, with symbols for outputs that are not known yet. */
export function forecast(input: ForecastInput): readonly WantedResource[] {
  const unknown = new Set<StepName>();
  const resources = desiredWith(input, (reference) => {
    unknown.add(reference.step);
    return outputSymbol(reference);
  });
  const variants = new Map(
    [...unknown].map((step) => {
      const others = desiredWith(input, symbolBeside(step));
      return [step, new Map(others.map(({ resource }) => [resource.key, resource]))] as const;
    }),
  );
  const repairs = new Map(input.steps.flatMap((step) => (step.repairs ? [[step.name, step.repairs] as const] : [])));
  return resources.map(({ resource, by, finishedBy }) => ({
    resource,
    by,
    finishedBy,
    repairs: new Map([...repairs].filter(([step]) => by.includes(step))),
    variants: new Map(
      [...variants].flatMap(([step, others]) => {
        const variant = others.get(resource.key);
        return variant ? [[step, variant] as const] : [];
      }),
    ),
  }));
}

/** Other symbols for what one step leaves. */
function symbolBeside(step: StepName | undefined): (reference: OutputReference) => string {
  return (reference) => (reference.step === step ? `${outputSymbol(reference)} anew` : outputSymbol(reference));
}

/** The outputs of which the resources are made, or their variants for a step. */
export function outputsBeside(
  input: Pick<ForecastInput, 'state' | 'foretold' | 'renewed'>,
  step?: StepName,
): OutputReader {
  return foreseenOutputs(input, symbolBeside(step));
}

function desiredWith(
  input: ForecastInput,
  symbol: (reference: OutputReference) => string,
): readonly Pick<WantedResource, 'resource' | 'by' | 'finishedBy'>[] {
  const outputs = foreseenOutputs(input, symbol);
  const found = new Map<string, { resource: StepResource; by: StepName[]; finishedBy: StepName[] }>();
  for (const step of inOrder(input.steps)) {
    for (const resource of desiredBy(step, { ...input, outputs })) {
      const known = found.get(resource.key) ?? { resource, by: [resource.step], finishedBy: [] };
      if (!known.by.includes(step.name)) known.by.push(step.name);
      found.set(resource.key, known);
    }
  }
  for (const { name, finishes } of input.steps) {
    for (const { key } of finishes?.({ ...input, outputs }) ?? []) {
      found.get(key)?.by.push(name);
      found.get(key)?.finishedBy.push(name);
    }
  }
  return [...found.values()];
}

/** Outputs as they will be: recorded, unless they come out anew; else foretold; else symbols. */
export function foreseenOutputs(
  { state, foretold, renewed }: Pick<ForecastInput, 'state' | 'foretold' | 'renewed'>,
  symbol: (reference: OutputReference) => string = outputSymbol,
): OutputReader {
  return {
    read(...output) {
      const reference = outputReference(output);
      const name = outputName(reference);
      const recorded = renewed.has(name) ? undefined : outputAt(state, reference);
      return recorded ?? foretold.get(name) ?? symbol(reference);
    },
  };
}

export function outputName({ step, output }: OutputReference): string {
  return `${step}.${output}`;
}

export function inOrder(steps: readonly Step[]): readonly Step[] {
  return STEPS.flatMap(({ name }) => steps.filter((step) => step.name === name));
}
