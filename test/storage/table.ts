import type { LossCase, LossVerdict } from './trial.ts';

const ENDINGS = ['succeeded', 'repaired', 'broken', 'not met'] as const;

/** One line for each kind of case: how they ended; then what the repaired ones had said. */
export function endingsTable<Case>(verdicts: ReadonlyMap<Case, LossVerdict>, kindOf: (one: Case) => string): string {
  const groups = Map.groupBy(verdicts, ([one]) => kindOf(one));
  const width = Math.max(...[...groups.keys()].map(({ length }) => length)) + 1;
  const lines = [...groups].map(([kind, entries]) => {
    const counts = ENDINGS.map((wanted) => entries.filter(([, { ending }]) => ending === wanted).length);
    return `${kind.padEnd(width)}${[entries.length, ...counts].map((count) => String(count).padStart(10)).join('')}`;
  });
  const codes = Map.groupBy(
    [...verdicts.values()].flatMap(({ ending, code }) =>
      ending === 'repaired' ? [code ?? 'nothing to go on with'] : [],
    ),
    (code) => code,
  );
  const repaired = [...codes].map(([code, all]) => `  ${code}: ${all.length}`);
  const head = `${''.padEnd(width)}${['cases', ...ENDINGS].map((word) => word.padStart(10)).join('')}`;
  return [head, ...lines, 'repaired by a plain re-run:', ...repaired].join('\n');
}

/** What was lost, of all documents of a kind together. */
export function kindOfLoss({ loss, by }: LossCase): string {
  if (loss.kind === 'journal') return 'the end of the journal';
  if (loss.kind === 'writes') return `the last writes; then the ${by}`;
  return loss.document.replace(/\/.*/, '');
}
