import type { Json } from '../../shared/json.ts';
import type { FieldPath } from './field-path.ts';
import type { Owner } from './owner.ts';

/** One field that a write changes. */
export interface FieldChange {
  readonly path: FieldPath;
  /** Undefined: absent on Azure. */
  readonly from: Json | undefined;
  /** Undefined: taken away, which happens to members of arrays and to what a kind names as `withdrawn`. */
  readonly to: Json | undefined;
  /** What is ours of it, where others have a part in it. */
  readonly ours?: Json;
  readonly owner: Owner;
  /** Why somebody else's is changed: what is dangerous about it as it is. */
  readonly danger?: string;
}

/**
 * Why a field that differs is left as it is.
 *
 * - `changed_outside`: somebody else changed it, and the configuration did not.
 * - `unclaimed`: nothing of ours says what it should be.
 * - `preserved`: the configuration says so.
 * - `fixed`: Azure does not change it after creation, and it was never ours.
 * - `contested`: the configuration says two things of it, and neither was ever written.
 * - `needed`: others live by it as it is.
 * - `grown`: Azure made more of it than was asked for, and never makes it less.
 */
export type KeptReason = 'changed_outside' | 'unclaimed' | 'preserved' | 'fixed' | 'contested' | 'needed' | 'grown';

/** One field that is not as we would make it, and stays. */
export interface KeptField extends FieldChange {
  readonly why: KeptReason;
}

/** One change that Azure refuses: to a field that is fixed at creation, or to less of what only grows. */
export interface RefusedChange extends FieldChange {
  readonly why: 'immutable' | 'shrinks';
}

/** What becomes of every field of a resource that we have something to say about. */
export interface FieldDecisions {
  /** Fields of ours that are as they should be. */
  readonly agreed: readonly FieldChange[];
  readonly changes: readonly FieldChange[];
  readonly kept: readonly KeptField[];
  readonly refused: readonly RefusedChange[];
}
