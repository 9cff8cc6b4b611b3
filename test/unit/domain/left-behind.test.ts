import { describe, expect, it } from 'vitest';
import {
  forgotten,
  leftBehind,
  leftBehindView,
  withLeftBehind,
  withoutGone,
  withSeen,
} from '../../../src/domain/left-behind.ts';
import {
  type EnvironmentState,
  emptyState,
  environmentStateSchema,
  type ResourceRecord,
} from '../../../src/domain/state.ts';

const SINCE = '2026-03-01T08:00:00.000Z';
const GROUP = '/subscriptions/s/resourceGroups/rg';
const SERVER = `${GROUP}/providers/Microsoft.DBforPostgreSQL/flexibleServers`;
const APP = `${GROUP}/providers/Microsoft.App/containerApps`;

function record(id: string, holds_data = false): ResourceRecord {
  return { id, type: 't', step: 'create_databases', holds_data, immutable: {} };
}

const STATE: EnvironmentState = {
  ...emptyState('default'),
  resources: {
    postgresql: record(`${SERVER}/old`, true),
    'postgresql:database': record(`${SERVER}/old/databases/shop`, true),
    'app:web': record(`${APP}/web`),
  },
};
const WANTED = new Map([
  ['postgresql', `${SERVER}/old`],
  ['postgresql:database', `${SERVER}/old/databases/shop`],
  ['app:web', `${APP}/web`],
]);

describe('what is not there any more', () => {
  it('is known no longer, left behind or not, in whatever case its id is', () => {
    const [app, rule] = [`${APP}/web`, `${SERVER}/old/firewallRules/dev`];
    const known = { ...STATE, left_behind: { 'dev@old.dev': { ...record(rule), key: 'dev' } } };
    const { 'app:web': _, ...rest } = STATE.resources;
    expect(withoutGone(known, new Set([app.toLowerCase(), rule.toLowerCase()]))).toEqual({
      resources: rest,
      left_behind: {},
    });
    expect(withoutGone(known, new Set())).toEqual({ resources: STATE.resources, left_behind: known.left_behind });
  });
});

describe('what is left behind', () => {
  it('is nothing while the configuration has everything, in whatever case', () => {
    const upper = new Map([...WANTED].map(([key, id]) => [key, id.toUpperCase()]));
    expect(leftBehind(STATE, WANTED)).toEqual([]);
    expect(leftBehind(STATE, upper)).toEqual([]);
  });

  it('is what a key stood for before it stands for another id, with what lies below', () => {
    const renamed = new Map([...WANTED].map(([key, id]) => [key, id.replace('/old', '/new')]));
    expect(leftBehind(STATE, renamed)).toMatchObject([
      { name: 'postgresql@old', key: 'postgresql', holds_data: true, below: ['postgresql:database@old.shop'] },
    ]);
    const seen = withSeen(STATE, { postgresql: record(`${SERVER}/new`, true) }, SINCE);
    expect(Object.keys(seen.left_behind)).toEqual(['postgresql@old']);
    expect(leftBehind(seen, renamed)).toMatchObject([{ name: 'postgresql@old' }]);
  });

  it('is a service that is gone, in every look until it is let go', () => {
    const smaller = new Map([...WANTED].filter(([key]) => key !== 'app:web'));
    const after = { ...STATE, ...withLeftBehind(STATE, smaller) };
    expect(after.resources['app:web']).toBeUndefined();
    expect(leftBehind(after)).toMatchObject([{ name: 'app:web@web' }]);
    expect(leftBehind(after, smaller)).toMatchObject([{ name: 'app:web@web' }]);
    expect(forgotten(after, 'app:web@web')?.left_behind).toEqual({});
    expect(forgotten(after, 'postgresql')).toBeUndefined();
  });

  it('is no more what comes back: its record is there again', () => {
    const smaller = new Map([...WANTED].filter(([key]) => key !== 'app:web'));
    const gone = { ...STATE, ...withLeftBehind(STATE, smaller) };
    expect(withLeftBehind(gone, WANTED)).toEqual({ resources: STATE.resources, left_behind: {} });
    const replaced = withSeen(STATE, { postgresql: record(`${SERVER}/new`, true) }, SINCE);
    const again = withSeen(replaced, { postgresql: record(`${SERVER}/old`, true) }, SINCE);
    expect(Object.keys(again.left_behind)).toEqual(['postgresql@new']);
  });

  it('is not what another key stands for by now: its record is of that key', () => {
    const { 'app:web': _, ...rest } = STATE.resources;
    const renamed = new Map([...WANTED].filter(([key]) => key !== 'app:web')).set('app:shop', `${APP}/WEB`);
    const after = { resources: { ...rest, 'app:shop': record(`${APP}/web`) }, left_behind: {} };
    expect(leftBehind(STATE, renamed)).toEqual([]);
    expect(withLeftBehind(STATE, renamed, SINCE)).toEqual(after);
    const without = { ...STATE, ...withLeftBehind(STATE, new Map([...renamed].slice(0, 2)), SINCE) };
    expect(withLeftBehind(without, renamed, SINCE)).toEqual(after);
    expect(withSeen(STATE, { 'app:shop': record(`${APP}/web`) }, SINCE)).toEqual(after);
  });

  it('is nothing of two that changed their keys, whichever is seen first', () => {
    const [one, other] = [`${APP}/one`, `${APP}/other`];
    const known = { resources: { a: record(one), b: record(other) }, left_behind: {} };
    const changed = new Map(Object.entries({ a: other, b: one }));
    expect(leftBehind(known, changed)).toEqual([]);
    const both = withSeen(known, { a: record(other), b: record(one) }, SINCE);
    expect(both).toEqual({ resources: { a: record(other), b: record(one) }, left_behind: {} });
    expect(Object.values(withLeftBehind(known, changed).resources)).toHaveLength(2);
  });

  it('says since when, from the first time that it is written down, and no more once it is back', () => {
    const smaller = new Map([...WANTED].filter(([key]) => key !== 'app:web'));
    const gone = { ...STATE, ...withLeftBehind(STATE, smaller, SINCE) };
    expect(gone.left_behind['app:web@web']).toMatchObject({ since: SINCE });
    const later = { ...gone, ...withLeftBehind(gone, smaller, '2026-05-01T08:00:00.000Z') };
    expect(leftBehind(later).map(leftBehindView)).toMatchObject([{ name: 'app:web@web', since: SINCE }]);
    expect(withLeftBehind(later, WANTED, SINCE).resources['app:web']).toEqual(STATE.resources['app:web']);
    expect(leftBehind(STATE, smaller)[0]).not.toHaveProperty('since');
  });

  it('goes with everything below it', () => {
    const renamed = new Map([...WANTED].map(([key, id]) => [key, id.replace('/old', '/new')]));
    const seen = withSeen(STATE, Object.fromEntries([...renamed].map(([key, id]) => [key, record(id)])), SINCE);
    expect(Object.keys(seen.left_behind)).toHaveLength(2);
    expect(forgotten(seen, 'postgresql@old')?.left_behind).toEqual({});
    expect(leftBehind(seen, renamed)).toHaveLength(1);
  });

  it('is not in states of earlier versions', () => {
    const { left_behind: _, ...earlier } = STATE;
    expect(environmentStateSchema.parse(earlier).left_behind).toEqual({});
  });
});
