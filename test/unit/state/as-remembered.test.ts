import { expect, it } from 'vitest';
import type { EnvironmentState } from '../../../src/domain/state.ts';
import { emptyState } from '../../../src/domain/state.ts';
import { asRemembered } from '../../../src/state/as-remembered.ts';
import type { Versioned } from '../../../src/state/ports.ts';
import { StateConflict } from '../../../src/state/update-state.ts';

const version = (etag: string) => ({ value: emptyState('default'), etag, warnings: [] });

/** By which documents it was judged, and then done, when the storage has another one than what is remembered. */
async function documents(options: {
  readonly stored: string;
  readonly refuses?: readonly string[];
  readonly conflicts?: readonly (string | undefined)[];
}) {
  const { stored, refuses = [], conflicts = [] } = options;
  const prepared: (string | null)[] = [];
  const done: (string | null | undefined)[] = [];
  const outcome = await asRemembered(
    { remembered: () => version('old'), read: async () => version(stored) },
    () => true,
    {
      async prepare({ etag }: Versioned<EnvironmentState>) {
        prepared.push(etag);
        if (etag !== null && refuses.includes(etag)) throw new Error(`refused by ${etag}`);
        return etag;
      },
      async carryOut(_prepared: string | null, known?: Versioned<EnvironmentState>) {
        done.push(known?.etag);
        if (conflicts.includes(known?.etag ?? undefined)) throw new StateConflict('another');
        return 'done';
      },
    },
  ).catch((error: Error) => error.message);
  return { outcome, prepared, done };
}

it('takes the document as it is remembered', async () => {
  expect(await documents({ stored: 'old' })).toEqual({ outcome: 'done', prepared: ['old'], done: ['old'] });
});

it('goes by the document as it is where the write finds another', async () => {
  const { outcome, prepared, done } = await documents({ stored: 'new', conflicts: ['old'] });
  expect([outcome, prepared, done]).toEqual(['done', ['old', 'new'], ['old', 'new']]);
});

it('leaves it to the work to look where others write all the time', async () => {
  const { outcome, done } = await documents({ stored: 'new', conflicts: ['old', 'new'] });
  expect([outcome, done]).toEqual(['done', ['old', 'new', undefined]]);
});

it('refuses by the document as it is', async () => {
  expect((await documents({ stored: 'new', refuses: ['old'] })).outcome).toBe('done');
  expect((await documents({ stored: 'new', refuses: ['old', 'new'] })).outcome).toBe('refused by new');
  const same = await documents({ stored: 'old', refuses: ['old'] });
  expect([same.outcome, same.prepared]).toEqual(['refused by old', ['old']]);
});
