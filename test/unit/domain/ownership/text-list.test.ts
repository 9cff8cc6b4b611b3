import { describe, expect, it } from 'vitest';
import { appliedAfter } from '../../../../src/domain/ownership/apply-changes.ts';
import { decideFields } from '../../../../src/domain/ownership/decide-fields.ts';
import { fieldRules } from '../../../../src/domain/ownership/field-rules.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { resourceRules } from '../../../helpers/resource-rules.ts';

interface Case {
  readonly ours: string;
  readonly applied?: string;
  readonly live: string;
  readonly isOpen?: boolean;
  readonly repairs?: boolean;
}

const body = (value: string): JsonObject => ({ properties: { value } });

function decided({ ours, applied, live, isOpen, repairs }: Case) {
  const desired = {
    kind: resourceRules(),
    key: 'list',
    lists: ['properties.value'],
    ...(isOpen && { openArrays: ['properties.value'] }),
  };
  const before = applied === undefined ? undefined : body(applied);
  const bodies = { desired: body(ours), applied: before, live: body(live) };
  const decisions = decideFields(bodies, fieldRules(desired, {}), repairs);
  return {
    written: decisions.changes[0]?.to,
    kept: decisions.kept[0]?.why,
    after: appliedAfter(before, decisions).properties,
  };
}

describe('a text that is a list of names', () => {
  it.each<[string, Case, string | undefined]>([
    ['gets our names beside those of others', { ours: 'vector', live: 'citext' }, 'citext,vector'],
    [
      'is right with our names in any order and case',
      { ours: 'vector,citext', live: 'CITEXT, hstore,VECTOR' },
      undefined,
    ],
    [
      'loses what we want no more, and nothing of others',
      { ours: 'vector', applied: 'vector,citext', live: 'vector,citext,hstore' },
      'vector,hstore',
    ],
    ['is emptied of ours', { ours: '', applied: 'vector', live: 'vector' }, ''],
    [
      'loses nothing where something may still need it',
      { ours: 'age', applied: 'age,pgaudit', live: 'age,pgaudit', isOpen: true },
      undefined,
    ],
    ['is repaired', { ours: 'vector', applied: 'vector', live: 'citext', repairs: true }, 'citext,vector'],
  ])('%s', (_, given, written) => {
    expect(decided(given).written).toEqual(written);
  });

  it('remembers our names only', () => {
    expect(decided({ ours: 'vector', live: 'citext' }).after).toEqual({ value: 'vector' });
    expect(decided({ ours: 'vector', live: 'citext,vector' }).after).toEqual({ value: 'vector' });
  });

  it('stays without a name that somebody took out, and gets what is new', () => {
    expect(decided({ ours: 'vector', applied: 'vector', live: 'citext' })).toMatchObject({
      written: undefined,
      kept: 'changed_outside',
    });
    expect(decided({ ours: 'vector,hstore', applied: 'vector', live: 'citext' }).written).toBe('citext,hstore');
  });
});
