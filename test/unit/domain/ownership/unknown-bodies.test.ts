import { describe, expect, it } from 'vitest';
import { appliedAfter, applyChanges } from '../../../../src/domain/ownership/apply-changes.ts';
import { decideFields, type FieldRules } from '../../../../src/domain/ownership/decide-fields.ts';
import type { FieldDecisions } from '../../../../src/domain/ownership/field-change.ts';
import { displayPath } from '../../../../src/domain/ownership/field-path.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const any: FieldRules = {
  ...{
    settings: {},
    invariants: {},
    defaults: [],
    isWritten: () => false,
    preserved: [],
    immutable: [],
    createOnly: [],
  },
  ...{ onlyGrows: [], nestedMembers: [], openArrays: [], withdrawn: ['**'], writeOnly: ['properties.key'] },
};

const written = ({ changes }: FieldDecisions): readonly string[] =>
  changes.map(({ path, from, to }) => `${displayPath(path)}: ${String(from)} → ${String(to)}`);

describe('a body of which Azure alone knows what it means', () => {
  const keyed = (more: JsonObject, key?: string): JsonObject => ({
    properties: { ...(key !== undefined && { key }), ...more },
  });

  it('loses whatever was applied and is said no more, and keeps what others have beside it', () => {
    const applied = { kind: 'x', properties: { a: 1, deep: { b: 2 } } };
    const live = { ...applied, kind: 'X', properties: { a: 1, deep: { b: 2, theirs: 3 }, more: 4 } };
    const decisions = decideFields({ desired: { kind: 'x' }, applied, live }, any);
    expect(written(decisions)).toEqual(['properties.a: 1 → undefined', 'properties.deep.b: 2 → undefined']);
    expect(applyChanges(live, decisions.changes)).toEqual({ kind: 'X', properties: { deep: { theirs: 3 }, more: 4 } });
    expect(appliedAfter(applied, decisions)).toMatchObject({ kind: 'x' });
    expect(JSON.stringify(appliedAfter(applied, decisions))).not.toMatch(/"[ab]"/);
  });

  it('loses what somebody else put into an array that is ours whole: with our first member, and later where it is repaired', () => {
    const whole: FieldRules = { ...any, wholeArrays: ['properties.doors'] };
    const doors = (...names: readonly string[]): JsonObject => ({
      properties: { doors: names.map((name) => ({ name, to: 'somebody' })) },
    });
    const desired = doors('ours');
    const first = decideFields({ desired, applied: { properties: {} }, live: doors('theirs') }, whole);
    expect(applyChanges(doors('theirs'), first.changes)).toEqual(desired);

    const later = { desired, applied: desired, live: doors('theirs', 'ours') };
    const unrepaired = decideFields(later, whole);
    expect([unrepaired.changes, unrepaired.kept.map(({ why }) => why)]).toEqual([[], ['changed_outside']]);
    expect(applyChanges(later.live, decideFields(later, whole, true).changes)).toEqual(desired);
    expect(decideFields(later, any, true).changes).toEqual([]);
  });

  it('has what Azure does not answer written when the configuration changed it, and never compared with what is live', () => {
    const applied = keyed({ size: 1 }, 'one');
    const live = keyed({ size: 1 });
    expect(written(decideFields({ desired: applied, applied, live }, any))).toEqual([]);
    expect(written(decideFields({ desired: applied, applied, live: keyed({ size: 1 }, 'other') }, any, true))).toEqual(
      [],
    );
    expect(written(decideFields({ desired: keyed({ size: 1 }, 'two'), applied, live }, any))).toEqual([
      'properties.key: one → two',
    ]);
    expect(written(decideFields({ desired: applied, applied: undefined, live }, any))).toEqual([
      'properties.key: undefined → one',
    ]);
  });
});
