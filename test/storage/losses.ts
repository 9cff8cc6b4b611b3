import type { Loss } from './loss.ts';
import type { LossCase, Successor, Undisturbed } from './trial.ts';

/** How many writes in a row are lost: what a storage had not written down yet, up to all that the run wrote. */
const WRITES_LOST = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233];
/** Of the journal, which is some seven hundred records long. */
const RECORDS_LOST = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 1000];

/**
 * Every document at each of its versions since the run began, all documents together, and the journal, at so many moments of a run;
 * and the state as if nothing had ever been deployed.
 *
 * @param isFirst whether nothing was, so that this is the first of its versions
 */
export function allLosses(
  { writes, written }: Pick<Undisturbed, 'writes' | 'written'>,
  moments: number,
  isFirst: boolean,
): readonly LossCase[] {
  const at = Array.from({ length: moments }, (_, index) => Math.ceil(((index + 1) * writes) / moments));
  return at.flatMap((moment) => {
    const by = (loss: Loss, successor: Successor): LossCase => ({ moment, loss, by: successor });
    const documents = Object.entries(written[moment - 1] ?? {});
    const versions = documents.flatMap(([document, count]) =>
      Array.from({ length: count }, (_, index) => by({ kind: 'document', document, back: index + 1 }, 'engine')),
    );
    const together = WRITES_LOST.filter((count) => count <= moment).flatMap((count) => [
      by({ kind: 'writes', count }, 'engine'),
      by({ kind: 'writes', count }, 'command'),
    ]);
    const journals = RECORDS_LOST.map((back) => by({ kind: 'journal', back }, 'engine'));
    const gone = isFirst
      ? []
      : [by({ kind: 'gone', document: 'state' }, 'engine'), by({ kind: 'gone', document: 'state' }, 'command')];
    return [...versions, ...together, ...journals, ...gone];
  });
}
