import type { EnvironmentState } from './state.ts';
import { type Output, type OutputFamily, type OutputName, STEPS, type StepName } from './steps.ts';

/** Reads an output of an earlier step. The planning reader answers symbols and records what was asked for. */
export interface OutputReader {
  read(...output: Output): string;
}

/** Where the state has an output; `step.output` is its name in plans and fingerprints. */
export interface OutputReference {
  readonly step: StepName;
  readonly output: string;
}

const NAMES = new Map<string, StepName>(
  STEPS.flatMap(({ name, outputs = [] }) => outputs.map((output) => [output, name] as const)),
);
const FAMILIES = new Map<string, { readonly step: StepName; readonly prefix: string }>(
  STEPS.flatMap(({ name, families = {} }) =>
    Object.entries(families).map(([family, prefix]) => [family, { step: name, prefix: `${prefix}.` }] as const),
  ),
);

/** The step that leaves an output, or a family of them. */
export function stepLeaving(name: OutputName | OutputFamily): StepName {
  const step = NAMES.get(name) ?? FAMILIES.get(name)?.step;
  if (step === undefined) throw new Error(`no step leaves an output ${name}`);
  return step;
}

export function outputReference([name, member]: Readonly<Output>): OutputReference {
  return { step: stepLeaving(name), output: member === undefined ? name : `${prefixOf(name)}${member}` };
}

/** What stands for an output that is not known yet, where a body holds it. */
export function outputSymbol({ step, output }: OutputReference): string {
  return `\${${step}.${output}}`;
}

/** An output as the state has it; undefined: its step left none yet. */
export function recordedOutput(state: Pick<EnvironmentState, 'steps'>, ...output: Output): string | undefined {
  return outputAt(state, outputReference(output));
}

export function outputAt(
  { steps }: Pick<EnvironmentState, 'steps'>,
  { step, output }: OutputReference,
): string | undefined {
  return steps[step]?.outputs[output];
}

/** The members of a family that the state has: `image` → `{ api_gateway: '…' }`. */
export function recordedFamily(
  { steps }: Pick<EnvironmentState, 'steps'>,
  family: OutputFamily,
): Readonly<Record<string, string>> {
  const prefix = prefixOf(family);
  const outputs = Object.entries(steps[stepLeaving(family)]?.outputs ?? {});
  return Object.fromEntries(
    outputs.flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])),
  );
}

/** Where services answer, by their keys, and the names of the user's own. */
export function recordedAddresses(state: Pick<EnvironmentState, 'steps'>): Record<string, string> {
  return { ...recordedFamily(state, 'address'), ...recordedFamily(state, 'domain') };
}

/** Outputs as recorded; what is missing is answered by `otherwise`. */
export function recordedOutputs(
  state: EnvironmentState,
  otherwise: (reference: OutputReference) => string,
): OutputReader {
  return {
    read(...output) {
      const reference = outputReference(output);
      return outputAt(state, reference) ?? otherwise(reference);
    },
  };
}

/** For execution: every output must be there, since the steps before this one have completed. */
export function actualOutputs(state: EnvironmentState): OutputReader {
  return recordedOutputs(state, ({ step, output }) => {
    throw new Error(`the step ${step} left no output ${output}`);
  });
}

/** Answers symbols for every output and remembers what was asked for. */
export function symbolicOutputs(): {
  readonly reader: OutputReader;
  readonly consumed: () => readonly OutputReference[];
} {
  const asked = new Map<string, OutputReference>();
  return {
    reader: {
      read(...output) {
        const reference = outputReference(output);
        const symbol = outputSymbol(reference);
        asked.set(symbol, reference);
        return symbol;
      },
    },
    consumed: () => [...asked.values()],
  };
}

function prefixOf(family: string): string {
  const found = FAMILIES.get(family);
  if (!found) throw new Error(`no step leaves a family of outputs ${family}`);
  return found.prefix;
}
