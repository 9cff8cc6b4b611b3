import { type OutputReader, type OutputReference, outputAt, outputReference } from '../domain/outputs.ts';
import type { EnvironmentState } from '../domain/state.ts';

/** Characters that no configuration holds in a name (private use), so that what stands for an output is found again in any text. */
const [OPEN, CLOSE] = ['\uE000', '\uE001'];
export const MARKED = new RegExp(`${OPEN}([^${CLOSE}]+)${CLOSE}`);

/** What stands for an output: `step.output` between two characters of its own. */
function marked({ step, output }: OutputReference): string {
  return `${OPEN}${step}.${output}${CLOSE}`;
}

/** Two ways of reading outputs: as marks, which tell where each comes from, and as they are as far as they were recorded. */
export interface TwoReaders {
  readonly marks: OutputReader;
  readonly known: OutputReader;
  /** By `step.output`; what was not recorded is its mark. */
  valueOf(reference: OutputReference): string;
}

/** @param fixed values that no body has as they are, e.g. ports that are computed with */
export function twoReaders(
  state: Pick<EnvironmentState, 'steps'>,
  fixed: Readonly<Record<string, string>>,
): TwoReaders {
  const known = (reference: OutputReference): string =>
    outputAt(state, reference) ?? fixed[reference.output] ?? marked(reference);
  return {
    valueOf: known,
    known: { read: (...output) => known(outputReference(output)) },
    marks: {
      read(...output) {
        const reference = outputReference(output);
        return reference.output in fixed ? known(reference) : marked(reference);
      },
    },
  };
}

/** The reference of a mark's inner text. */
export function referenceOf(inner: string): OutputReference {
  const [step = '', ...output] = inner.split('.');
  return { step: step as OutputReference['step'], output: output.join('.') };
}
