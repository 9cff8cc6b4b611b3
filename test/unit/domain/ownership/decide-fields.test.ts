import { describe, expect, it } from 'vitest';
import { appliedAfter, applyChanges, patchOf } from '../../../../src/domain/ownership/apply-changes.ts';
import { type Bodies, decideFields, type FieldRules } from '../../../../src/domain/ownership/decide-fields.ts';
import type { FieldDecisions } from '../../../../src/domain/ownership/field-change.ts';
import { displayPath } from '../../../../src/domain/ownership/field-path.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const written = new Set(['postgresql.storage_size', 'tags.team']);
const rules: FieldRules = {
  settings: {
    'properties.storage.storageSizeGB': 'postgresql.storage_size',
    'properties.backup.backupRetentionDays': 'postgresql.backup_days',
    'tags.team': 'tags.team',
  },
  invariants: { 'properties.minimumTls': 'connections can be read' },
  defaults: ['properties.highAvailability'],
  isWritten: (key) => written.has(key),
  preserved: [],
  immutable: ['location', 'properties.administratorLogin'],
  createOnly: ['properties.password'],
  onlyGrows: ['properties.storage.storageSizeGB', 'properties.floor'],
  nestedMembers: ['properties.containers'],
  openArrays: ['properties.secrets'],
  withdrawn: ['properties.cors', 'properties.rules', 'properties.grace', 'properties.containers.command'],
};

const server = (changes: JsonObject = {}): JsonObject => ({
  location: 'eastus',
  properties: {
    administratorLogin: 'app',
    storage: { storageSizeGB: 64 },
    backup: { backupRetentionDays: 7 },
    highAvailability: { mode: 'Disabled' },
    minimumTls: '1.2',
    ...changes,
  },
});

function told({ changes, kept, refused }: FieldDecisions) {
  return {
    changes: changes.map(({ path, from, to }) => `${displayPath(path)}: ${String(from)} → ${String(to)}`),
    kept: kept.map(({ path, why }) => `${displayPath(path)} ${why}`),
    refused: refused.map(({ path, why }) => `${displayPath(path)} ${why}`),
  };
}

const decide = (bodies: Bodies, repairs?: boolean) => told(decideFields(bodies, rules, repairs));
const nothing = { changes: [], kept: [], refused: [] };

describe('what becomes of a field', () => {
  it('stays as it is where others need it, an invariant too, whatever a repair asks for', () => {
    const bodies = { desired: server(), applied: server(), live: server({ minimumTls: '1.0' }) };
    const needing: FieldRules = { ...rules, needed: ['properties.minimumTls'] };
    expect(told(decideFields(bodies, needing, true))).toEqual({ ...nothing, kept: ['properties.minimumTls needed'] });
  });

  it('is more where it is on than where it is off', () => {
    const bodies = { desired: server({ floor: 'Disabled' }), applied: undefined, live: server({ floor: 'Enabled' }) };
    expect(decide(bodies)).toEqual({ ...nothing, kept: ['properties.floor grown'] });
  });

  it('is nothing where all three agree', () => {
    expect(decide({ desired: server(), applied: server(), live: server() })).toEqual(nothing);
  });

  it('is a change where the configuration changed it, and only there', () => {
    const live = server({ highAvailability: { mode: 'ZoneRedundant' }, backup: { backupRetentionDays: 35 } });
    const desired = server({ storage: { storageSizeGB: 128 } });
    expect(decide({ desired, applied: server(), live })).toEqual({
      changes: ['properties.storage.storageSizeGB: 64 → 128'],
      kept: [
        'properties.backup.backupRetentionDays changed_outside',
        'properties.highAvailability.mode changed_outside',
      ],
      refused: [],
    });
  });

  it('is a change where an id that stands for itself is not there yet', () => {
    const identity = '/subscriptions/s/resourceGroups/g/providers/p/userAssignedIdentities/app';
    const desired = { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } } };
    const { changes } = decideFields(
      { desired, applied: undefined, live: { identity: { type: 'UserAssigned' } } },
      rules,
    );
    expect(changes).toMatchObject([{ path: ['identity', 'userAssignedIdentities', identity], to: {} }]);
    const live = {
      identity: { type: 'UserAssigned', userAssignedIdentities: { [identity.toLowerCase()]: { principalId: 'p' } } },
    };
    expect(decide({ desired, applied: undefined, live })).toEqual(nothing);
  });

  it('is left to its owner where it was a default, also when repairing', () => {
    const live = server({ highAvailability: { mode: 'ZoneRedundant' } });
    expect(decide({ desired: server(), applied: server(), live }, true)).toEqual({
      ...nothing,
      kept: ['properties.highAvailability.mode unclaimed'],
    });
  });

  it('is put back by a repair where the file says it', () => {
    const before = server({ storage: { storageSizeGB: 32 } });
    expect(decide({ desired: server(), applied: server(), live: before })).toEqual({
      ...nothing,
      kept: ['properties.storage.storageSizeGB changed_outside'],
    });
    expect(decide({ desired: server(), applied: server(), live: before }, true).changes).toEqual([
      'properties.storage.storageSizeGB: 32 → 64',
    ]);
  });

  it('is put back where a repair is of its part of the body, and nowhere else', () => {
    const live = server({ storage: { storageSizeGB: 32 }, administratorLogin: 'app', minimumTls: '1.2', other: 2 });
    const desired = server({ other: 1 });
    const bodies = { desired, applied: desired, live };
    expect(told(decideFields(bodies, rules, ['properties.other'])).changes).toEqual(['properties.other: 2 → 1']);
  });

  it('is not the opposite of a key that was taken out of the file', () => {
    // Retention was configured to 30 days; the key is gone, and what is desired falls back to the default.
    const then = server({ backup: { backupRetentionDays: 30 } });
    expect(decide({ desired: server(), applied: then, live: then })).toEqual({
      ...nothing,
      kept: ['properties.backup.backupRetentionDays unclaimed'],
    });
  });

  it('is left as it is where the configuration says two things of it, until one of them was written', () => {
    const contested: FieldRules = { ...rules, contested: ['properties.storage'] };
    const desired = server({ storage: { storageSizeGB: 128 } });
    for (const repairs of [false, true]) {
      const bodies = { desired, applied: undefined, live: server() };
      expect(told(decideFields(bodies, contested, repairs))).toEqual({
        ...nothing,
        kept: ['properties.storage.storageSizeGB contested'],
      });
    }
    const decisions = decideFields({ desired, applied: undefined, live: server() }, contested);
    const applied = appliedAfter(undefined, decisions);
    expect(told(decideFields({ desired, applied, live: server() }, contested)).changes).toEqual([]);
    // It no longer says two things, or one of them is ours.
    expect(told(decideFields({ desired, applied, live: server() }, rules)).changes).toHaveLength(1);
    expect(told(decideFields({ desired, applied: server(), live: server() }, contested)).changes).toHaveLength(1);
  });

  it('is a change for what the closed list wants, whoever changed it', () => {
    const live = server({ minimumTls: '1.0' });
    expect(decide({ desired: server(), applied: server(), live }).changes).toEqual([
      'properties.minimumTls: 1.0 → 1.2',
    ]);
    expect(decide({ desired: server(), applied: undefined, live }).changes).toEqual([
      'properties.minimumTls: 1.0 → 1.2',
    ]);
  });

  it('is left where somebody made it safer than the closed list wants, and put back where the file changed or a repair asks', () => {
    const safer = { ...rules, isAsSafe: () => true };
    const live = server({ minimumTls: '1.0' });
    const bodies = { desired: server(), applied: server(), live };
    expect(told(decideFields(bodies, safer))).toEqual({
      ...nothing,
      kept: ['properties.minimumTls changed_outside'],
    });
    const put = ['properties.minimumTls: 1.0 → 1.2'];
    expect(told(decideFields(bodies, safer, true)).changes).toEqual(put);
    expect(told(decideFields({ ...bodies, applied: server({ minimumTls: '1.1' }) }, safer)).changes).toEqual(put);
    expect(told(decideFields(bodies, { ...rules, isAsSafe: () => false })).changes).toEqual(put);
  });

  it('is left where the closed list wants it and the configuration preserves it', () => {
    const preserving = { ...rules, preserved: ['properties.minimumTls'] };
    const bodies = { desired: server(), applied: server(), live: server({ minimumTls: '1.0' }) };
    const preserved = { ...nothing, kept: ['properties.minimumTls preserved'] };
    expect(told(decideFields(bodies, preserving))).toEqual(preserved);
    expect(told(decideFields(bodies, preserving, true))).toEqual(preserved);
  });

  it('without a record is what the file says, and nothing that Azure never changes', () => {
    const live = server({
      administratorLogin: 'somebody',
      storage: { storageSizeGB: 32 },
      backup: { backupRetentionDays: 35 },
    });
    expect(decide({ desired: server(), applied: undefined, live })).toEqual({
      changes: ['properties.storage.storageSizeGB: 32 → 64'],
      kept: ['properties.administratorLogin fixed', 'properties.backup.backupRetentionDays unclaimed'],
      refused: [],
    });
  });

  it('stays fixed, once it was taken over so, and is refused where it was ours', () => {
    const live = server({ administratorLogin: 'somebody' });
    const { properties, ...rest } = server();
    const { administratorLogin: _, ...ours } = properties as JsonObject;
    const taken = { desired: server(), applied: { ...rest, properties: ours }, live };
    const accepted = ['properties.administratorLogin'];
    expect(decide({ ...taken, accepted }).kept).toEqual(['properties.administratorLogin fixed']);
    expect(decide(taken).refused).toEqual(['properties.administratorLogin immutable']);
  });

  it('is refused where Azure cannot: fixed at creation, or less of what only grows', () => {
    const desired = server({ administratorLogin: 'other', storage: { storageSizeGB: 32 } });
    expect(decide({ desired, applied: server(), live: server() })).toEqual({
      ...nothing,
      refused: ['properties.administratorLogin immutable', 'properties.storage.storageSizeGB shrinks'],
    });
  });

  it('is kept where Azure itself made more of it, whatever the file asks for below that', () => {
    const live = server({ storage: { storageSizeGB: 256 } });
    const grown = { ...nothing, kept: ['properties.storage.storageSizeGB grown'] };
    expect(decide({ desired: server(), applied: server(), live })).toEqual(grown);
    expect(decide({ desired: server({ storage: { storageSizeGB: 128 } }), applied: server(), live })).toEqual(grown);
    expect(decide({ desired: server(), applied: undefined, live })).toEqual(grown);
  });

  it('is kept where a floor is higher than it has to be, and raised where it is lower', () => {
    const floor = (value: string) => server({ floor: value });
    const bodies = { desired: floor('TLSv1.2'), applied: floor('TLSv1.2') };
    expect(decide({ ...bodies, live: floor('TLSv1.3') }, true).kept).toEqual(['properties.floor grown']);
    expect(decide({ ...bodies, live: floor('TLSv1.1') }, true).changes).toEqual([
      'properties.floor: TLSv1.1 → TLSv1.2',
    ]);
  });

  it('is left alone where the configuration preserves it', () => {
    const desired = server({ storage: { storageSizeGB: 128 } });
    const preserving = { ...rules, preserved: ['properties.storage'] };
    expect(told(decideFields({ desired, applied: server(), live: server() }, preserving)).kept).toEqual([
      'properties.storage.storageSizeGB preserved',
    ]);
  });
});

describe('the members of an array', () => {
  const app = (...env: JsonObject[]): JsonObject => ({ properties: { containers: [{ name: 'api', env }] } });
  const variable = (name: string, value: string): JsonObject => ({ name, value });

  it('are merged by name: ours change, go and come, those of others stay', () => {
    const applied = app(variable('A', '1'), variable('B', '1'), variable('GONE', '1'));
    const desired = app(variable('A', '2'), variable('B', '1'), variable('NEW', '1'));
    const live = app(variable('A', '1'), variable('B', 'by hand'), variable('GONE', '1'), variable('FOREIGN', 'x'));
    const decisions = decideFields({ desired, applied, live }, rules);
    expect(told(decisions)).toMatchObject({ kept: ['properties.containers[api].env[B] changed_outside'] });
    expect(applyChanges(live, decisions.changes)).toEqual(
      app(variable('A', '2'), variable('B', 'by hand'), variable('FOREIGN', 'x'), variable('NEW', '1')),
    );
  });

  it('are one value each: a secret in the place of a text takes its place', () => {
    const applied = app(variable('A', 'plain'));
    const desired = app({ name: 'A', secretRef: 'a' });
    const { changes } = decideFields({ desired, applied, live: applied }, rules);
    expect(applyChanges(applied, changes)).toEqual(desired);
  });

  it('of others are neither lost nor counted when there is no record', () => {
    const live = app(variable('FOREIGN', 'x'));
    const decisions = decideFields({ desired: app(variable('A', '1')), applied: undefined, live }, rules);
    expect(applyChanges(live, decisions.changes)).toEqual(app(variable('FOREIGN', 'x'), variable('A', '1')));
    expect(appliedAfter(undefined, decisions)).toEqual(app(variable('A', '1')));
  });

  it('are not taken from an array in which something may still need them', () => {
    const secrets = (...names: string[]): JsonObject => ({ properties: { secrets: names.map((name) => ({ name })) } });
    const bodies = { desired: secrets('new'), applied: secrets('old'), live: secrets('old') };
    expect(applyChanges(bodies.live, decideFields(bodies, rules).changes)).toEqual(secrets('old', 'new'));
    const dropping = { ...rules, dropped: { 'properties.secrets': ['old', 'gone before'] } };
    expect(applyChanges(bodies.live, decideFields(bodies, dropping).changes)).toEqual(secrets('new'));
  });

  it('that somebody took away stay away until a repair', () => {
    const ours = app(variable('A', '1'));
    expect(decideFields({ desired: ours, applied: ours, live: app() }, rules).changes).toEqual([]);
    const { changes } = decideFields({ desired: ours, applied: ours, live: app() }, rules, true);
    expect(applyChanges(app(), changes)).toEqual(ours);
  });
});

describe('what is sent', () => {
  it('is the changed fields, and arrays and tags whole', () => {
    const live: JsonObject = {
      location: 'eastus',
      tags: { Team: 'a', theirs: 'x' },
      properties: { storage: { storageSizeGB: 64, tier: 'P6' }, rules: [{ name: 'theirs' }], other: 1 },
    };
    const desired: JsonObject = {
      tags: { team: 'b' },
      properties: { storage: { storageSizeGB: 128 }, rules: [{ name: 'ours' }] },
    };
    const { changes } = decideFields({ desired, applied: undefined, live }, rules);
    expect(patchOf(live, changes)).toEqual({
      tags: { Team: 'b', theirs: 'x' },
      properties: { storage: { storageSizeGB: 128 }, rules: [{ name: 'theirs' }, { name: 'ours' }] },
    });
  });

  it('is remembered as ours, and what was left alone is not', () => {
    const live = server({ administratorLogin: 'somebody', backup: { backupRetentionDays: 35 } });
    const decisions = decideFields({ desired: server(), applied: undefined, live }, rules);
    expect(appliedAfter(undefined, decisions)).toEqual({
      location: 'eastus',
      properties: { storage: { storageSizeGB: 64 }, minimumTls: '1.2', highAvailability: { mode: 'Disabled' } },
    });
  });
});

// https://github.com/microsoft/azure-container-apps/issues/261: a registry entry with an identity kept its password.
it('a member of which we say everything differs by what it says besides', () => {
  const body = (entry: JsonObject): JsonObject => ({ registries: [{ server: 'a.io', ...entry }] });
  const desired = body({ identity: 'us' });
  const decided = (live: JsonObject, wholeMembers: readonly string[]) =>
    told(decideFields({ desired, applied: undefined, live }, { ...rules, wholeMembers })).changes;
  const both = body({ identity: 'us', username: 'them', passwordSecretRef: 'pw' });
  expect(decided(both, ['registries'])).toHaveLength(1);
  expect(decided(both, [])).toEqual([]);
  expect(decided(body({ identity: 'us', username: '', passwordSecretRef: null }), ['registries'])).toEqual([]);
  const deep = (access: JsonObject) => ({ registries: [{ server: 'a.io', identity: 'us', access }] });
  const below = decideFields(
    { desired: deep({}), applied: {}, live: deep({ a: 1 }) },
    { ...rules, wholeMembers: ['registries'] },
  );
  expect(below.changes).toHaveLength(1);
});

describe('what was asked for and is not any more', () => {
  const asked: JsonObject = { cors: { origins: ['*'] }, grace: 30, rules: [{ name: 'a', range: '1' }] };
  const withRules = { ...rules, settings: { 'properties.rules': 'services.web.ip_rules' } };

  it('is taken out again where the kind says so, of arrays only what was ours', () => {
    const others = { name: 'b', range: '2' };
    const live = server({ ...asked, rules: [{ name: 'a', range: '3' }, others], memory: 1 });
    const decisions = decideFields({ desired: server(), applied: server({ ...asked, memory: 1 }), live }, withRules);
    expect(decisions.changes.map(({ path, to, owner }) => [displayPath(path), to, owner])).toEqual([
      ['properties.cors', undefined, 'computed'],
      ['properties.grace', undefined, 'computed'],
      ['properties.rules[a]', undefined, 'setting'],
    ]);
    expect(applyChanges(live, decisions.changes)).toEqual(server({ rules: [others], memory: 1 }));
    expect(patchOf(live, decisions.changes)).toEqual({ properties: { cors: null, grace: null, rules: [others] } });
    const applied = appliedAfter(server({ ...asked, memory: 1 }), decisions);
    expect(told(decideFields({ desired: server(), applied, live: server({ rules: [others] }) }, withRules))).toEqual(
      nothing,
    );
  });

  it('is taken out of a container among those of others', () => {
    const app = (own: JsonObject): JsonObject => server({ containers: [{ name: 'api', image: 'x', ...own }] });
    const live = server({
      containers: [
        { name: 'api', image: 'x', command: ['a'] },
        { name: 'other', command: ['b'] },
      ],
    });
    const { changes } = decideFields({ desired: app({}), applied: app({ command: ['a'] }), live }, rules);
    expect(patchOf(live, changes)).toEqual({
      properties: {
        containers: [
          { name: 'api', image: 'x' },
          { name: 'other', command: ['b'] },
        ],
      },
    });
  });

  it('stays where nobody knows that it was ours, where it is preserved, and where all of its object is left out', () => {
    const live = server(asked);
    expect(decide({ desired: server(), applied: undefined, live })).toEqual(nothing);
    expect(decide({ desired: server(), applied: server(), live })).toEqual(nothing);
    expect(decide({ desired: { location: 'eastus' }, applied: live, live })).toEqual(nothing);
    const preserving = { ...rules, preserved: ['properties.cors', 'properties.grace', 'properties.rules'] };
    expect(told(decideFields({ desired: server(), applied: live, live }, preserving))).toMatchObject({ changes: [] });
  });
});

describe('an array whose order counts', () => {
  const ordered = { ...rules, sequences: ['properties.init'], nestedMembers: ['properties.init'] };
  const app = (...names: string[]): JsonObject => ({
    properties: { init: names.map((name) => ({ name, image: name })) },
  });
  const result = (desired: JsonObject, applied: JsonObject, live: JsonObject, repairs = false): JsonObject =>
    applyChanges(live, decideFields({ desired, applied, live }, ordered, repairs).changes);

  it('has ours in their order, whatever is put between them or moved, and keeps what others added', () => {
    expect(result(app('a', 'b'), app('b'), app('b'))).toEqual(app('a', 'b'));
    expect(result(app('b', 'a'), app('a', 'b'), app('a', 'theirs', 'b'))).toEqual(app('theirs', 'b', 'a'));
    expect(result(app('b', 'c'), app('b'), app('b'))).toEqual(app('b', 'c'));
  });

  it('stays as somebody ordered it until it is repaired', () => {
    expect(result(app('a', 'b'), app('a', 'b'), app('b', 'a'))).toEqual(app('b', 'a'));
    expect(result(app('a', 'b'), app('a', 'b'), app('b', 'a'), true)).toEqual(app('a', 'b'));
  });

  it('is remembered as it was put', () => {
    const bodies = { desired: app('b', 'a'), applied: app('a', 'b'), live: app('a', 'b') };
    const decisions = decideFields(bodies, ordered);
    expect(appliedAfter(bodies.applied, decisions)).toEqual(app('b', 'a'));
  });
});
