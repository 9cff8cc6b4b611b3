import { type DesiredResource, holdsData } from '../../domain/desired.ts';
import type { FieldChange, RefusedChange } from '../../domain/ownership/field-change.ts';
import { displayPath } from '../../domain/ownership/field-path.ts';
import { isHidden, shownValue } from '../../domain/shown-value.ts';
import { UserError } from '../../shared/errors.ts';

/** Less of what only grows. No replacement is offered: it would lose what is stored. */
export function shrinks(desired: DesiredResource, refused: readonly RefusedChange[]): UserError {
  const what = refused.map(changeText).join('; ');
  return new UserError(`${desired.title} cannot be made less: ${what}.`, {
    code: 'resource_cannot_shrink',
    hint: 'Set the configuration back to what is there; Azure makes no disk smaller and no version older.',
  });
}

/** Fixed at creation. */
export function isFixed(desired: DesiredResource, refused: readonly RefusedChange[]): UserError {
  const what = refused.map(changeText).join('; ');
  const keeps = 'Set the configuration back, or choose another name: a new one is made beside it.';
  const isReplaceable = desired.kind.replaceable !== false && !holdsData(desired);
  return new UserError(`${desired.title} cannot be changed as configured: ${what}.`, {
    code: 'resource_immutable',
    hint: isReplaceable ? `--allow-replace ${desired.key} deletes it and makes a new one.` : keeps,
  });
}

/** Whether it may be deleted and made anew, where Azure changes it in no other way. */
export function mayReplace(
  { key, kind: { replaceable } }: DesiredResource,
  { allowReplace }: { readonly allowReplace: readonly string[] },
): boolean {
  return replaceable === 'unasked' || (replaceable !== false && allowReplace.includes(key));
}

/** `properties.version: 16 → 17`, without what may be a secret. */
export function changeText({ path, from, to }: FieldChange): string {
  const at = displayPath(path);
  return isHidden(at) ? at : `${at}: ${shownValue(at, from)} → ${shownValue(at, to)}`;
}
