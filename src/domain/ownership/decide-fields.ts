import { canonicalJson, isJsonObject, type Json, type JsonObject, scalarText, sha256 } from '../../shared/json.ts';
import { isEmpty, memberOf, sameField } from '../compare.ts';
import { memberKey, memberName } from '../members.ts';
import { overlay } from '../merge.ts';
import type { FieldChange, FieldDecisions, KeptField, KeptReason, RefusedChange } from './field-change.ts';
import { displayPath, type FieldPath, isWithin, memberSegment, plainPath } from './field-path.ts';
import { type OwnershipRules, ownerOf } from './owner.ts';
import { decideList, hasAllOf, namesIn } from './text-list.ts';

export interface FieldRules extends OwnershipRules {
  /** Plain paths that Azure refuses to change after creation. */
  readonly immutable: readonly string[];
  /** Plain paths sent at creation and neither compared nor sent later. */
  readonly createOnly: readonly string[];
  /** Plain paths of sizes and versions that are not lowered: Azure raises them, or a higher one is as safe. */
  readonly onlyGrows: readonly string[];
  /** Plain paths of arrays whose members are merged field by field; a member of any other array is one value. */
  readonly nestedMembers: readonly string[];
  /** Plain paths of arrays from which no member is taken, not even one of ours: something may still need it. */
  readonly openArrays: readonly string[];
  /** Plain paths of texts that are lists of names, to which others add; of those in `openArrays` no name is taken out. */
  readonly lists?: readonly string[];
  /** Plain paths of values whose case does not count. */
  readonly caseless?: readonly string[];
  /** Plain paths of fields of which the configuration says two things: what is live wins until we have written one of them. */
  readonly contested?: readonly string[];
  /** Plain paths of fields that others need as they are. */
  readonly needed?: readonly string[];
  /** Plain path of an open array → members that nothing needs any more, so that they are taken all the same. */
  readonly dropped?: Readonly<Record<string, readonly string[]>>;
  /** Whether a live body is as safe as the desired one although invariants differ. */
  isAsSafe?(live: JsonObject, desired: JsonObject): boolean;
  /** Plain paths of arrays of which a member of ours has nothing but what we say of it. */
  readonly wholeMembers?: readonly string[];
  /** Plain paths of arrays that are ours whole. */
  readonly wholeArrays?: readonly string[];
  /** Plain paths of arrays in which the order of our members counts. */
  readonly sequences?: readonly string[];
  /** Plain paths of fields that are taken out again when they are wanted no more; `**`: all. */
  readonly withdrawn?: readonly string[];
  /** Plain paths of what is not to be had from Azure: what was applied stands for what is live. */
  readonly writeOnly?: readonly string[];
  /** Displayed paths of members of somebody else that are made safe. */
  readonly secured?: Readonly<Record<string, { readonly danger: string }>>;
}

/** Put back what is ours although the configuration did not change it: all of it, or what lies below these plain paths. */
export type Repairs = boolean | readonly string[];

export interface Bodies {
  /** What we would make now. */
  readonly desired: JsonObject;
  /** What we last applied, as far as it was ours; undefined: there is no record, and live wins where the file says nothing. */
  readonly applied: JsonObject | undefined;
  readonly live: JsonObject;
  /** Fields fixed by somebody else at creation that were taken over as they are, by their displayed paths. */
  readonly accepted?: readonly string[];
  /** What Azure made of fields of ours, by their displayed paths, as `respelling` hashes it. */
  readonly respelled?: Readonly<Record<string, string>> | undefined;
}

/**
 * The three-way merge of last applied, desired and live, field by field. What the configuration changed is written; what
 * somebody else changed, and the configuration did not, stays; a default is ours at creation only.
 *
 * @param repairs as `--refresh` and `drift --fix` ask for
 */
export function decideFields(bodies: Bodies, rules: FieldRules, repairs: Repairs = false): FieldDecisions {
  const decisions = new Decisions(rules, bodies, repairs);
  decisions.object([], bodies.desired, bodies.applied ?? {}, bodies.live);
  return decisions;
}

type Field = Omit<FieldChange, 'owner'>;

class Decisions implements FieldDecisions {
  readonly agreed: FieldChange[] = [];
  readonly changes: FieldChange[] = [];
  readonly kept: KeptField[] = [];
  readonly refused: RefusedChange[] = [];
  readonly #rules: FieldRules;
  readonly #hasRecord: boolean;
  readonly #accepted: readonly string[];
  readonly #respelled: Readonly<Record<string, string>>;
  readonly #repairs: Repairs;
  readonly #isAsSafe: boolean;

  constructor(rules: FieldRules, bodies: Bodies, repairs: Repairs) {
    const { desired, applied, live, accepted = [], respelled = {} } = bodies;
    this.#rules = rules;
    this.#hasRecord = applied !== undefined;
    this.#accepted = accepted;
    this.#respelled = respelled;
    this.#repairs = repairs;
    this.#isAsSafe = rules.isAsSafe?.(live, desired) ?? false;
  }

  object(path: FieldPath, desired: JsonObject, applied: JsonObject, live: JsonObject): void {
    for (const [key, value] of Object.entries(desired)) {
      const at = [...path, key];
      if (isWithin(plainPath(at), this.#rules.createOnly)) continue;
      const isTags = path.at(-1) === 'tags';
      const before = memberOf(applied, key, isTags);
      if (isWithin(plainPath(at), this.#rules.writeOnly ?? [])) {
        this.#unseen(at, value, before);
        continue;
      }
      const present = memberOf(live, key, isTags);
      if (isReference(key, value)) this.#reference(at, value, before, present);
      else this.#value(at, value, before, present);
    }
    for (const [key, before] of Object.entries(applied)) {
      if (!Object.hasOwn(desired, key)) this.#unwanted([...path, key], before, memberOf(live, key, false));
    }
  }

  /** Of an object that goes with everything that was applied, what others have in it stays. */
  #unwanted(path: FieldPath, applied: Json, live: Json | undefined): void {
    const { withdrawn = [] } = this.#rules;
    if (withdrawn.includes(plainPath(path))) this.#withdraw(path, applied, live);
    else if (withdrawn.includes('**') && isJsonObject(applied) && isJsonObject(live))
      this.object(path, {}, applied, live);
    else if (withdrawn.includes('**')) this.#withdraw(path, applied, live);
  }

  /** Nobody can tell whether somebody changed it. */
  #unseen(path: FieldPath, to: Json, applied: Json | undefined): void {
    const field = { path, from: applied, to };
    if (applied !== undefined && canonicalJson(applied) === canonicalJson(to)) this.#agree(field);
    else this.#change(field);
  }

  /**
   * We once applied it and want it no more: it is forgotten, and of an array only what was ours goes. Its key is not in the file
   * any more, and still it is the file that decided so.
   */
  #withdraw(path: FieldPath, applied: Json, live: Json | undefined): void {
    this.#agree({ path, from: live, to: undefined });
    if (isEmpty(applied) || live === undefined || isEmpty(live)) return;
    for (const field of withdrawnFields(path, applied, live)) {
      const owner = ownerOf(this.#rules, field.path);
      if (isWithin(plainPath(field.path), this.#rules.preserved)) this.#keep(field, 'preserved');
      else this.changes.push({ ...field, owner: owner === 'default' ? 'setting' : owner });
    }
  }

  #value(path: FieldPath, desired: Json, applied: Json | undefined, live: Json | undefined): void {
    if (isJsonObject(desired) && (isJsonObject(live) || isEmpty(live))) {
      this.object(path, desired, isJsonObject(applied) ? applied : {}, isJsonObject(live) ? live : {});
      return;
    }
    if (Array.isArray(desired) && (Array.isArray(live) || isEmpty(live))) {
      if (desired.length === 0 && isEmpty(live)) {
        this.#agree({ path, from: live, to: desired });
        return;
      }
      const [before, now] = [Array.isArray(applied) ? applied : [], Array.isArray(live) ? live : []];
      const key = memberKey(desired, before, now);
      if (key !== undefined) {
        this.#members(path, key, desired, before, now);
        return;
      }
    }
    this.#leaf(path, desired, applied, live);
  }

  #reference(path: FieldPath, to: Json, applied: Json | undefined, from: Json | undefined): void {
    if (from !== undefined) this.#agree({ path, from, to });
    else if (applied !== undefined && !this.#isRepaired(path)) this.#keep({ path, from, to }, 'changed_outside');
    else this.#change({ path, from, to });
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
    const isOutOfOrder = this.#isOutOfOrder(path, ours, before, now);
    if (isOutOfOrder) this.#putInOrder(path, ours, now);
    for (const [name, member] of isOutOfOrder ? [] : ours) {
      const at = [...path, memberSegment(name)];
      const present = now.get(name);
      if (isNested && isJsonObject(member) && isJsonObject(present)) {
        const known = before.get(name);
        this.object(at, member, isJsonObject(known) ? known : {}, present);
      } else {
        this.#leaf(at, member, before.get(name), present);
      }
    }
    const { openArrays, dropped } = this.#rules;
    const isOpen = openArrays.includes(plainPath(path));
    for (const name of isOpen ? (dropped?.[plainPath(path)] ?? []) : before.keys()) {
      const present = now.get(name);
      if (ours.has(name) || present === undefined) continue;
      this.#change({ path: [...path, memberSegment(name)], from: present, to: undefined });
    }
    if (this.#rules.wholeArrays?.includes(plainPath(path))) this.#others(path, ours, before, now);
  }

  /** Those of others go from an array that is ours whole: with our first members, and later as whatever was changed outside. */
  #others(path: FieldPath, ours: Members, before: Members, now: Members): void {
    const isTaken = before.size === 0 || this.#isRepaired(path);
    for (const [name, from] of now) {
      if (ours.has(name) || before.has(name)) continue;
      const field = { path: [...path, memberSegment(name)], from, to: undefined };
      if (isTaken) this.#change(field);
      else this.#keep(field, 'changed_outside');
    }
  }

  /** New members come last, so that the order which counts is lost where one is put before another, or moved. */
  #isOutOfOrder(path: FieldPath, ours: Members, before: Members, now: Members): boolean {
    if (!this.#rules.sequences?.includes(plainPath(path))) return false;
    const isInOrder = (present: Members): boolean => {
      const there = [...present.keys()].filter((name) => ours.has(name));
      return [...new Set([...there, ...ours.keys()])].join() === [...ours.keys()].join();
    };
    return !isInOrder(now) && (!isInOrder(before) || this.#isRepaired(path));
  }

  /** Out with all of ours, and in again, with what others say of them. */
  #putInOrder(path: FieldPath, ours: Members, now: Members): void {
    for (const [name, from] of now)
      if (ours.has(name)) this.#change({ path: [...path, memberSegment(name)], from, to: undefined });
    for (const [name, to] of ours) {
      const present = now.get(name);
      const merged = isJsonObject(present) && isJsonObject(to) ? overlay(present, to) : to;
      this.#change({ path: [...path, memberSegment(name)], from: undefined, to: merged });
    }
  }

  #leaf(path: FieldPath, to: Json, applied: Json | undefined, from: Json | undefined): void {
    if (isEmpty(to) && isEmpty(from)) return;
    if (this.#rules.lists?.includes(plainPath(path))) {
      this.#list(path, to, applied, from);
      return;
    }
    if (this.#isSame(path, to, from) || this.#isRespelled(path, to, applied, from)) {
      this.#agree({ path, from, to });
      return;
    }
    const field = { path, from, to };
    if (this.#rules.onlyGrows.includes(plainPath(path)) && isMore(from, to)) this.#grown(field, applied);
    else if (this.#isAccepted(path)) this.#keep(field, 'fixed');
    else if (applied === undefined && this.#isContested(path)) this.#keep(field, 'contested');
    else if (applied !== undefined && this.#isSame(path, to, applied) && !this.#isRepaired(path))
      this.#keep(field, 'changed_outside');
    else this.#change(field);
  }

  #list(path: FieldPath, to: Json, applied: Json | undefined, from: Json | undefined): void {
    const isOpen = this.#rules.openArrays.includes(plainPath(path));
    const lists = { ours: to, applied, live: from, isOpen, isRepaired: this.#isRepaired(path) };
    const { changed, lacking } = decideList(lists);
    if (changed !== undefined) this.#change({ path, from, to: changed, ours: to });
    else if (lacking !== undefined) this.#keep({ path, from, to: lacking }, 'changed_outside');
    else this.#agree({ path, from, to });
  }

  #isSame(path: FieldPath, one: Json, other: Json | undefined): boolean {
    return isSameValue(this.#rules, path, one, other);
  }

  /** Azure has it as it had it right after we had written it so. */
  #isRespelled(path: FieldPath, to: Json, applied: Json | undefined, from: Json | undefined): boolean {
    const { [displayPath(path)]: known } = this.#respelled;
    return known !== undefined && canonicalJson(to) === canonicalJson(applied ?? null) && known === respelling(from);
  }

  #isContested(path: FieldPath): boolean {
    return isWithin(plainPath(path), this.#rules.contested ?? []);
  }

  #isRepaired(path: FieldPath): boolean {
    return typeof this.#repairs === 'boolean' ? this.#repairs : isWithin(plainPath(path), this.#repairs);
  }

  /** Fixed by whoever made the resource, when it was taken over now or earlier. */
  #isAccepted(path: FieldPath): boolean {
    if (this.#accepted.includes(displayPath(path))) return true;
    return !this.#hasRecord && isWithin(plainPath(path), this.#rules.immutable);
  }

  /** As we would make it, a default too: from now on a change of it is somebody else's. */
  #agree(field: Field): void {
    this.agreed.push({ ...field, owner: ownerOf(this.#rules, field.path) });
  }

  /** Asked for less than there is: an error where we asked for more before, else Azure's own doing. */
  #grown(field: Field, applied: Json | undefined): void {
    const owner = ownerOf(this.#rules, field.path);
    if (owner === 'setting' && applied !== undefined && isMore(applied, field.to)) {
      this.refused.push({ ...field, owner, why: 'shrinks' });
    } else {
      this.kept.push({ ...field, owner, why: 'grown' });
    }
  }

  #change(field: Field): void {
    const { path } = field;
    const owner = ownerOf(this.#rules, path);
    if (isWithin(plainPath(path), this.#rules.preserved)) {
      this.#keep(field, 'preserved');
      return;
    }
    if (isWithin(plainPath(path), this.#rules.needed ?? [])) {
      this.#keep(field, 'needed');
      return;
    }
    const secured = this.#rules.secured?.[displayPath(path)];
    if (secured !== undefined) {
      this.changes.push({ ...field, owner: 'invariant', danger: secured.danger });
      return;
    }
    if (owner === 'default') {
      this.#keep(field, 'unclaimed');
      return;
    }
    if (isWithin(plainPath(path), this.#rules.immutable)) this.refused.push({ ...field, owner, why: 'immutable' });
    else this.changes.push({ ...field, owner });
  }

  #keep(field: Field, why: KeptReason): void {
    const owner = ownerOf(this.#rules, field.path);
    // The closed list is ours, whoever changed it; what somebody made safer is no danger.
    if (owner === 'invariant' && why === 'changed_outside' && !this.#isAsSafe) this.#change(field);
    else this.kept.push({ ...field, owner, why });
  }
}

/** Tells what Azure answers of a field; nothing is an answer, too. */
export function respelling(live: Json | undefined): string {
  return sha256(canonicalJson(live ?? null));
}

/** Whether a live value is as ours, with what Azure makes of it. */
export function isSameValue(
  { caseless = [], wholeMembers = [], lists = [] }: Pick<FieldRules, 'caseless' | 'wholeMembers' | 'lists'>,
  path: FieldPath,
  ours: Json,
  live: Json | undefined,
): boolean {
  const plain = plainPath(path);
  if (lists.includes(plain)) return hasAllOf(live, namesIn(ours));
  if (!sameField(path, ours, live)) {
    return caseless.includes(plain) && scalarText(ours).toLowerCase() === scalarText(live).toLowerCase();
  }
  return !wholeMembers.includes(plain) || !hasMore(ours, live);
}

function hasMore(ours: Json | undefined, live: Json | undefined): boolean {
  if (!isJsonObject(ours) || !isJsonObject(live)) return false;
  return Object.entries(live).some(([key, value]) =>
    Object.hasOwn(ours, key) ? hasMore(ours[key], value) : !isEmpty(value) && value !== '',
  );
}

/** An id that stands for itself, with nothing said of it, as in the map of the identities that an app has: to be there is its value. */
function isReference(key: string, value: Json): boolean {
  return key.startsWith('/') && isJsonObject(value) && isEmpty(value);
}

function withdrawnFields(path: FieldPath, applied: Json, live: Json): readonly Field[] {
  const key = Array.isArray(applied) && Array.isArray(live) ? memberKey(applied, live) : undefined;
  if (key === undefined) return [{ path, from: live, to: undefined }];
  const now = byName(live as readonly Json[], key);
  return [...byName(applied as readonly Json[], key).keys()].flatMap((name) =>
    now.has(name) ? [{ path: [...path, memberSegment(name)], from: now.get(name), to: undefined }] : [],
  );
}

/** By their names, in their order. */
type Members = ReadonlyMap<string, Json>;

function byName(members: readonly Json[], key: string): Members {
  return new Map(
    members.flatMap((member) => {
      const name = memberName(member, key);
      return name === undefined ? [] : [[name, member] as const];
    }),
  );
}

/** More of a size, or a later version: `TLSv1.3` than `TLSv1.2`; what is on, than what is off. */
function isMore(one: Json | undefined, other: Json | undefined): boolean {
  return amountIn(one) > amountIn(other);
}

const SWITCH = ['disabled', 'enabled'];

function amountIn(value: Json | undefined): number {
  const text = scalarText(value);
  const switched = SWITCH.indexOf(text.toLowerCase());
  return switched === -1 ? Number(/\d+(?:\.\d+)?$/.exec(text)?.[0]) : switched;
}
