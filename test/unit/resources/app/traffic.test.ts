import { describe, expect, it } from 'vitest';
import {
  labelledRevisions,
  movedShares,
  namesRevisions,
  sameShares,
  sharesOf,
  sharesText,
  trafficEntries,
} from '../../../../src/resources/app/traffic.ts';
import type { Json, JsonObject } from '../../../../src/shared/json.ts';

function app(traffic: Json, mode = 'Multiple'): JsonObject {
  return {
    properties: {
      latestRevisionName: 'api--new',
      latestReadyRevisionName: 'api--ready',
      configuration: { activeRevisionsMode: mode, ingress: { traffic } },
    },
  };
}

describe('sharesOf', () => {
  it('adds up what a revision has by itself and by its label', () => {
    const live = app([
      { revisionName: 'api--a', weight: 60 },
      { revisionName: 'api--b', weight: 30 },
      { revisionName: 'api--a', weight: 10, label: 'stable' },
      { revisionName: 'api--c', weight: 0, label: 'old' },
    ]);
    expect(sharesOf(live)).toEqual({ 'api--a': 70, 'api--b': 30 });
  });

  it('takes the last ready revision for the latest one', () => {
    expect(sharesOf(app([{ latestRevision: true, weight: 100 }]))).toEqual({ 'api--ready': 100 });
    expect(sharesOf(app(null))).toEqual({ 'api--ready': 100 });
    expect(sharesOf(app([{ revisionName: 'api--a', weight: 100 }], 'Single'))).toEqual({ 'api--ready': 100 });
  });

  it('is empty for an app that never had a revision', () => {
    expect(sharesOf({ properties: { configuration: { ingress: { traffic: null } } } })).toEqual({});
  });
});

describe('movedShares', () => {
  it.each([
    [{ a: 100 }, 10, { b: 10, a: 90 }],
    [{ a: 100 }, 100, { b: 100 }],
    [{ a: 50, c: 50 }, 33, { b: 33, a: 33, c: 34 }],
    [{ a: 90, b: 10 }, 50, { b: 50, a: 50 }],
    [{}, 10, { b: 100 }],
  ])('from %j at %i percent is %j', (before, percent, expected) => {
    const shares = movedShares(before, 'b', percent);
    expect(shares).toEqual(expected);
    expect(Object.values(shares).reduce((sum, weight) => sum + weight, 0)).toBe(100);
  });
});

describe('trafficEntries', () => {
  it('names revisions and keeps labels that others gave', () => {
    const live = app([
      { revisionName: 'api--a', weight: 100, label: 'stable' },
      { revisionName: 'api--b', weight: 0, label: 'next' },
    ]);
    expect(trafficEntries(live, { 'api--b': 90, 'api--c': 10 })).toEqual([
      { revisionName: 'api--c', weight: 10 },
      { revisionName: 'api--a', weight: 0, label: 'stable' },
      { revisionName: 'api--b', weight: 90, label: 'next' },
    ]);
    expect([...labelledRevisions(live)]).toEqual(['api--a', 'api--b']);
  });

  it('is plain for a new app', () => {
    expect(trafficEntries(undefined, { 'api--a': 100 })).toEqual([{ revisionName: 'api--a', weight: 100 }]);
  });
});

describe('namesRevisions', () => {
  it.each([
    ['names only', app([{ revisionName: 'api--a', weight: 100 }]), true],
    ['the latest revision', app([{ latestRevision: true, weight: 100 }]), false],
    ['nothing', app([]), false],
    ['single mode', app([{ revisionName: 'api--a', weight: 100 }], 'Single'), false],
    ['no app', undefined, false],
  ])('of %s', (_case, live, expected) => {
    expect(namesRevisions(live)).toBe(expected);
  });
});

it('shares are compared whatever their order, and told in words', () => {
  expect(sameShares({ a: 10, b: 90 }, { b: 90, a: 10 })).toBe(true);
  expect(sameShares({ a: 10, b: 90 }, { b: 100 })).toBe(false);
  expect(sharesText({ b: 90, a: 10 })).toBe('a 10 %, b 90 %');
  expect(sharesText({})).toBe('nowhere');
});
