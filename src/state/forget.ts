import { forgotten } from '../domain/left-behind.ts';
import { UserError } from '../shared/errors.ts';
import type { StateStore } from './ports.ts';
import { updateState } from './update-state.ts';

/**
 * Lets go of what was left behind under that name, with what lies below it. It stays on Azure as it is.
 *
 * @throws UserError `not_left_behind`
 */
export async function forgetResource(state: StateStore, name: string): Promise<void> {
  await updateState(state, (current) => {
    const after = forgotten(current, name);
    if (after) return { ...current, ...after };
    const names = Object.keys(current.left_behind);
    throw new UserError(`Nothing is left behind under the name ${name}.`, {
      code: 'not_left_behind',
      hint: names.length > 0 ? `Left behind are: ${names.join(', ')}` : 'Nothing is left behind.',
    });
  });
}
