import { isJsonObject, type Json, type JsonObject, scalarText } from '../../shared/json.ts';
import { isEmpty, memberOf, sameField } from '../compare.ts';
import { memberKey, memberName } from '../members.ts';
import type { FieldChange, FieldDecisions, KeptField, KeptReason, RefusedChange } from './field-change.ts';
import { type FieldPath, isWithin, memberSegment, plainPath } from './field-path.ts';
import { type OwnershipRules, ownerOf } from './owner.ts';

export interface FieldRules extends OwnershipRules {
  /** Plain paths that Azure refuses to change after creation. */
  readonly immutable: readonly string[];
  /** Plain paths sent at creation and neither compared nor sent later. */
  readonly createOnly: readonly string[];
  /** Plain paths of numbers that Azure raises and never lowers. */
  readonly onlyGrows: readonly string[];
  /** Plain paths of arrays whose members are merged field by field; a member of any other array is one value. */
  readonly nestedMembers: readonly string[];
}

export interface Bodies {
  /** What we would make now. */
  readonly desired: JsonObject;
  /** What we last applied, as far as it was ours; undefined: there is no record, and live wins where the file says nothing. */
  readonly applied: JsonObject | undefined;
  readonly live: JsonObject;
}

/**
 * The three-way merge of last applied, desired and live, field by field. What the configuration changed is written; what
 * somebody else changed, and the configuration did not, stays; a default is ours at creation only.
 *
 * @param repairs put back what is ours although the configuration did not change it (`--refresh`, `drift --fix`)
 */
export function decideFields(bodies: Bodies, rules: FieldRules, repairs = false): FieldDecisions {
  const decisions = new Decisions(rules, bodies.applied !== undefined, repairs);
  decisions.object([], bodies.desired, bodies.applied ?? {}, bodies.live);
  return decisions;
}

class Decisions implements FieldDecisions {
  readonly agreed: FieldChange[] = [];
  readonly changes: FieldChange[] = [];
  readonly kept: KeptField[] = [];
  readonly refused: RefusedChange[] = [];
  readonly #rules: FieldRules;
  readonly #hasRecord: boolean;
  readonly #repairs: boolean;

  constructor(rules: FieldRules, hasRecord: boolean, repairs: boolean) {
    this.#rules = rules;
    this.#hasRecord = hasRecord;
    this.#repairs = repairs;
  }

  object(path: FieldPath, desired: JsonObject, applied: JsonObject, live: JsonObject): void {
    for (const [key, value] of Object.entries(desired)) {
      const at = [...path, key];
      if (isWithin(plainPath(at), this.#rules.createOnly)) continue;
      const isTags = path.at(-1) === 'tags';
      this.#value(at, value, memberOf(applied, key, isTags), memberOf(live, key, isTags));
    }
  }

  #value(path: FieldPath, desired: Json, applied: Json | undefined, live: Json | undefined): void {
    if (isJsonObject(desired) && (isJsonObject(live) || isEmpty(live))) {
      return this.object(path, desired, isJsonObject(applied) ? applied : {}, isJsonObject(live) ? live : {});
    }
    if (Array.isArray(desired) && (Array.isArray(live) || isEmpty(live))) {
      const [before, now] = [Array.isArray(applied) ? applied : [], Array.isArray(live) ? live : []];
      const key = memberKey(desired, before, now);
      if (key !== undefined) return this.#members(path, key, desired, before, now);
    }
    this.#leaf(path, desired, applied, live);
  }

  #members(
    path: FieldPath,
    key: string,
    desired: readonly Json[],
    applied: readonly Json[],
    live: readonly Json[],
  ): void {
    const [ours, before, now] = [byName(desired, key), byName(applied, key), byName(live, key)];
    const isNested = this.#rules.nestedMembers.includes(plainPath(path));
    for (const [name, member] of ours) {
      const at = [...path, memberSegment(name)];
      const present = now.get(name);
      if (isNested && isJsonObject(member) && isJsonObject(present)) {
        const known = before.get(name);
        this.object(at, member, isJsonObject(known) ? known : {}, present);
      } else {
        this.#leaf(at, member, before.get(name), present);
      }
    }
    for (const name of before.keys()) {
      const present = now.get(name);
      if (ours.has(name) || present === undefined) continue;
      this.#change({ path: [...path, memberSegment(name)], from: present, to: undefined });
    }
  }

  #leaf(path: FieldPath, to: Json, applied: Json | undefined, from: Json | undefined): void {
    if (isEmpty(to) && isEmpty(from)) return;
    if (sameField(path, to, from)) return this.#agree(path, to, from);
    if (this.#rules.onlyGrows.includes(plainPath(path)) && isMore(from, to))
      return this.#grown({ path, from, to }, applied);
    if (applied === undefined) return this.#unrecorded({ path, from, to });
    if (sameField(path, to, applied) && !this.#repairs) return this.#keep({ path, from, to }, 'changed_outside');
    this.#change({ path, from, to });
  }

  /** As it should be: from now on a change of it is somebody else's. */
  #agree(path: FieldPath, to: Json, from: Json | undefined): void {
    const owner = ownerOf(this.#rules, path);
    if (owner !== 'default') this.agreed.push({ path, from, to, owner });
  }

  /** It was never ours: a field that is new to the file or to us, or one of a resource that somebody else made. */
  #unrecorded(field: Omit<FieldChange, 'owner'>): void {
    if (isWithin(plainPath(field.path), this.#rules.immutable) && !this.#hasRecord) return this.#keep(field, 'fixed');
    this.#change(field);
  }

  /** Asked for less than there is: an error where we asked for more before, else Azure's own doing. */
  #grown(field: Omit<FieldChange, 'owner'>, applied: Json | undefined): void {
    const owner = ownerOf(this.#rules, field.path);
    if (owner === 'setting' && applied !== undefined && isMore(applied, field.to)) {
      this.refused.push({ ...field, owner, why: 'shrinks' });
    } else {
      this.kept.push({ ...field, owner, why: 'grown' });
    }
  }

  #change(field: Omit<FieldChange, 'owner'>): void {
    const { path } = field;
    const owner = ownerOf(this.#rules, path);
    if (isWithin(plainPath(path), this.#rules.preserved)) return this.#keep(field, 'preserved');
    if (owner === 'default') return this.#keep(field, 'unclaimed');
    if (isWithin(plainPath(path), this.#rules.immutable)) this.refused.push({ ...field, owner, why: 'immutable' });
    else this.changes.push({ ...field, owner });
  }

  #keep(field: Omit<FieldChange, 'owner'>, why: KeptReason): void {
    const owner = ownerOf(this.#rules, field.path);
    // The closed list is ours, whoever changed it.
    if (owner === 'invariant' && why === 'changed_outside') this.changes.push({ ...field, owner });
    else this.kept.push({ ...field, owner, why });
  }
}

function byName(members: readonly Json[], key: string): ReadonlyMap<string, Json> {
  return new Map(
    members.flatMap((member) => {
      const name = memberName(member, key);
      return name === undefined ? [] : [[name, member] as const];
    }),
  );
}

function isMore(one: Json | undefined, other: Json | undefined): boolean {
  return Number(scalarText(one, 'NaN')) > Number(scalarText(other, 'NaN'));
}
