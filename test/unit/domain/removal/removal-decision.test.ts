import { describe, expect, it } from 'vitest';
import { closedState, reopened, withoutDeleted } from '../../../../src/domain/removal/closed-state.ts';
import { requireConfirmed } from '../../../../src/domain/removal/confirmation.ts';
import { type Candidate, decideRemoval, reasonOfStranger } from '../../../../src/domain/removal/removal-decision.ts';
import { type EnvironmentState, emptyState, type ResourceRecord } from '../../../../src/domain/state.ts';
import { ownerTags } from '../../../../src/domain/tags.ts';

const GROUP = '/subscriptions/s/resourceGroups/shop';
const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const OURS = { tags: { ...ownerTags('default'), 'draftgenie-created-by': RUN } };
const ADOPTED = { tags: ownerTags('default') };

function record(name: string, more: Partial<ResourceRecord> = {}): ResourceRecord {
  const id = `${GROUP}/providers/Microsoft.KeyVault/vaults/${name}`;
  return { id, type: 'Microsoft.KeyVault/vaults', step: 'create_key_vault', holds_data: false, immutable: {}, ...more };
}

function candidate(more: Partial<Candidate> = {}): Candidate {
  return {
    name: 'key-vault',
    record: record('kv'),
    ownership: 'tagged',
    live: OURS,
    isPartOfParent: false,
    dataOfOthers: [],
    ...more,
  };
}

function decide(one: Partial<Candidate>, options: { keepData?: boolean; include?: readonly string[] } = {}) {
  return decideRemoval(candidate(one), 'default', {
    keepData: false,
    ...options,
    include: [...(options.include ?? [])],
  });
}

describe('what may be deleted', () => {
  it('is what carries our tag and was made by a run, as its tag or its record says', () => {
    expect(decide({})).toEqual({ action: 'delete' });
    expect(decide({ live: ADOPTED, record: record('kv', { created_by: RUN }) })).toEqual({ action: 'delete' });
    expect(decide({ live: undefined })).toEqual({ action: 'gone' });
  });

  it('is not what the file keeps, unless it is named', () => {
    const keptBy = 'templates.queue.on_destroy';
    expect(decide({ keptBy })).toEqual({
      action: 'keep',
      reason: `${keptBy} keeps it; --include key-vault deletes it too`,
    });
    expect(decide({ keptBy }, { include: ['key-vault'] })).toEqual({ action: 'delete' });
  });

  it('is not what was adopted, nor what has lost our tag, unless it is named by its key or its id', () => {
    expect(decide({ live: ADOPTED })).toMatchObject({
      action: 'keep',
      reason: expect.stringContaining('--include key-vault'),
    });
    const untagged = { live: { tags: {} }, record: record('kv', { created_by: RUN }) };
    expect(decide(untagged)).toMatchObject({ action: 'keep', reason: expect.stringContaining('lost our tag') });
    expect(decide(untagged, { include: ['key-vault'] })).toEqual({ action: 'delete' });
    expect(decide({ live: ADOPTED }, { include: [record('KV').id] })).toEqual({ action: 'delete' });
  });

  it('is never what is of another environment, whatever is named and whatever the state says', () => {
    const theirs = {
      live: { tags: { ...OURS.tags, ...ownerTags('staging') } },
      record: record('kv', { created_by: RUN }),
    };
    expect(decide(theirs, { include: ['key-vault'] })).toEqual({
      action: 'keep',
      reason: 'of the environment staging',
    });
  });

  it('is not what holds data where that is kept, nor what may not be looked at: both stay known', () => {
    expect(decide({ record: record('kv', { holds_data: true }) }, { keepData: true })).toMatchObject({
      action: 'left_behind',
    });
    expect(decide({ record: record('kv', { holds_data: true }) })).toEqual({ action: 'delete' });
    expect(decide({ live: 'unreadable' })).toMatchObject({ action: 'left_behind' });
  });

  it('is not what others keep data in, unless it is named', () => {
    const shared = { dataOfOthers: ['theirs'] };
    expect(decide(shared)).toMatchObject({
      action: 'left_behind',
      reason: expect.stringContaining('others have theirs'),
    });
    expect(decide(shared, { include: ['key-vault'] })).toEqual({ action: 'delete' });
  });

  it('of children is what a run made', () => {
    expect(decide({ ownership: 'child', live: {} })).toMatchObject({ action: 'keep' });
    expect(decide({ ownership: 'child', live: {}, record: record('kv', { created_by: RUN }) })).toEqual({
      action: 'delete',
    });
    expect(decide({ ownership: 'child', live: {}, isPartOfParent: true })).toMatchObject({ action: 'keep' });
  });

  it('is nothing that the state does not know, and why is told', () => {
    const id = `${GROUP}/providers/x/y/z`;
    expect(reasonOfStranger({ id, type: 'x/y' }, 'default')).toBe('not ours (x/y)');
    expect(reasonOfStranger({ id, type: 'x/y', tags: ownerTags('staging') }, 'default')).toBe(
      'of the environment staging',
    );
    expect(reasonOfStranger({ id, type: 'x/y', ...OURS }, 'default')).toContain(`--include ${id}`);
  });
});

describe('the state after a deletion', () => {
  const completed = {
    status: 'completed' as const,
    timestamp: 't',
    dependency_hash: 'h',
    dependencies: {},
    outputs: {},
    metadata: {},
  };
  const before: EnvironmentState = {
    ...emptyState('default'),
    fence: 7,
    subscription_id: 's',
    resource_group: 'shop',
    steps: { create_key_vault: completed, create_databases: completed },
    resources: {
      'key-vault': record('kv'),
      role: record('kv/providers/Microsoft.Authorization/roleAssignments/r'),
      postgresql: record('pg', { step: 'create_databases' }),
    },
    left_behind: { 'redis@old': { ...record('old'), key: 'redis' } },
  };

  it('lacks what was deleted and all below it, and has not run the step that made it', () => {
    const after = withoutDeleted(before, [record('KV').id]);
    expect(Object.keys(after.resources)).toEqual(['postgresql']);
    expect(Object.keys(after.steps)).toEqual(['create_databases']);
    expect(withoutDeleted(before, [record('old').id])).toEqual({ ...before, left_behind: {} });
  });

  it('is closed when all is deleted: nothing deployed, what stays left behind, the fence as it was', () => {
    const staying = new Set([record('pg').id.toLowerCase()]);
    const closed = closedState(before, { at: 'now', runId: RUN, keptData: true, staying });
    expect(closed).toMatchObject({ steps: {}, resources: {}, fence: 7, subscription_id: null, resource_group: null });
    expect(Object.keys(closed.left_behind)).toEqual(['postgresql@pg']);
    expect(closed.closed).toEqual({ at: 'now', run_id: RUN, kept_data: true });
    expect(reopened(closed)).not.toHaveProperty('closed');
  });

  it('begins another life only where its data went', () => {
    const closing = { at: 'now', runId: RUN, staying: new Set<string>() };
    expect(closedState(before, { ...closing, keptData: true }).life).toBeUndefined();
    expect(closedState(before, { ...closing, keptData: false }).life).toBe(RUN);
  });
});

describe('the consent to lose data', () => {
  const plan = {
    environment: 'default',
    removal: { leftBehind: null, deletesData: true },
    steps: [],
    resources: [],
    warnings: [],
    criticalPath: [],
    digest: '',
  };
  const asked = { keepData: false, leftBehind: null, include: [], confirmed: false };

  it('is the name of the environment, with the request or with the decision', () => {
    expect(() => requireConfirmed(plan, asked)).toThrow(expect.objectContaining({ code: 'confirmation_missing' }));
    expect(() => requireConfirmed(plan, asked, 'staging')).toThrow(
      expect.objectContaining({ code: 'confirmation_wrong' }),
    );
    expect(() => requireConfirmed(plan, asked, 'default')).not.toThrow();
    expect(() => requireConfirmed(plan, { ...asked, confirmed: true })).not.toThrow();
    expect(() => requireConfirmed({ ...plan, removal: { leftBehind: null, deletesData: false } }, asked)).not.toThrow();
  });
});
