import { describe, expect, it } from 'vitest';
import {
  isOurRevision,
  type KnownRevision,
  releaseTarget,
  revisionSuffix,
} from '../../../../src/resources/app/revision.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const RUN = 'default-01JD0000000000000ABCDEFGHJ';
const OLD = 'api--rabcdefghjk-1';
const NEW = 'api--rabcdefghjk-2';

function template(image: string, secrets = 'v1'): JsonObject {
  const env = [
    { name: 'PORT', value: '80' },
    { name: 'DRAFTGENIE_SECRETS_VERSION', value: secrets },
  ];
  return { containers: [{ name: 'api', image, env }], scale: { minReplicas: 1, maxReplicas: 3 } };
}

function revision(name: string, image: string, rest: Partial<KnownRevision> = {}): KnownRevision {
  return { name, active: true, healthState: 'Healthy', template: template(image), ...rest };
}

function app(latest: string, serving: string): JsonObject {
  return {
    properties: {
      latestRevisionName: latest,
      configuration: {
        activeRevisionsMode: 'Multiple',
        ingress: { traffic: [{ revisionName: serving, weight: 100 }] },
      },
    },
  };
}

/** Nobody else has anything in the template. */
const desired = (image: string, secrets?: string) => ({
  desired: template(image, secrets),
  template: template(image, secrets),
  isChanged: true,
});

describe('releaseTarget', () => {
  const revisions = [revision(OLD, 'a'), revision(NEW, 'b')];

  it('is the revision that serves when it is as desired', () => {
    expect(releaseTarget({ ...desired('b'), app: app(NEW, NEW), revisions })).toEqual({
      kind: 'existing',
      revision: NEW,
    });
  });

  it('is the newest one without traffic, made by a run that was killed', () => {
    expect(releaseTarget({ ...desired('b'), app: app(NEW, OLD), revisions })).toEqual({
      kind: 'existing',
      revision: NEW,
    });
  });

  it('is a new one for another image', () => {
    expect(releaseTarget({ ...desired('c'), app: app(NEW, NEW), revisions })).toEqual({ kind: 'new' });
  });

  it('is a new one where the same was taken back: its name is used up', () => {
    const stopped = [revision(OLD, 'a'), revision(NEW, 'b', { active: false })];
    expect(releaseTarget({ ...desired('b'), app: app(NEW, OLD), revisions: stopped })).toEqual({ kind: 'new' });
  });

  it('is what still serves after the newer one was taken back', () => {
    const stopped = [revision(OLD, 'a'), revision(NEW, 'b', { active: false })];
    expect(releaseTarget({ ...desired('a'), app: app(NEW, OLD), revisions: stopped })).toEqual({
      kind: 'existing',
      revision: OLD,
    });
  });

  it('is the one that has the traffic although somebody stopped it', () => {
    const stopped = [revision(NEW, 'b', { active: false, healthState: 'None' })];
    expect(releaseTarget({ ...desired('b'), app: app(NEW, NEW), revisions: stopped })).toEqual({
      kind: 'existing',
      revision: NEW,
    });
  });

  it('is a new one where somebody made the newest by hand, and there is something of ours to release', () => {
    const byHand = [revision(OLD, 'a'), revision('api--hotfix', 'b')];
    const input = { ...desired('b'), app: app('api--hotfix', OLD), revisions: byHand };
    expect(releaseTarget({ ...input, isChanged: true })).toEqual({ kind: 'new' });
    expect(releaseTarget({ ...input, isChanged: false })).toEqual({ kind: 'existing', revision: OLD });
  });

  it('is the one to go back to, stopped or not, whatever its secrets were then', () => {
    const stopped = [revision(OLD, 'a', { active: false }), revision(NEW, 'b')];
    const input = { ...desired('a', 'v2'), app: app(NEW, NEW), revisions: stopped };
    expect(releaseTarget({ ...input, preferred: OLD })).toEqual({ kind: 'existing', revision: OLD });
    expect(releaseTarget(input)).toEqual({ kind: 'new' });
  });

  it('is a new one when the one to go back to is gone or is not as it was', () => {
    const input = { ...desired('a'), app: app(NEW, NEW), preferred: OLD };
    expect(releaseTarget({ ...input, revisions: [revision(NEW, 'b')] })).toEqual({ kind: 'new' });
    expect(releaseTarget({ ...input, revisions: [revision(OLD, 'x'), revision(NEW, 'b')] })).toEqual({ kind: 'new' });
  });
});

describe('revisionSuffix', () => {
  it('is unique for each attempt, fits the rules of Azure, and is recognised', () => {
    const suffixes = [revisionSuffix(RUN, 1), revisionSuffix(RUN, 2), revisionSuffix(RUN.replace('HJ', 'HK'), 1)];
    expect(new Set(suffixes).size).toBe(3);
    for (const suffix of suffixes) {
      expect(suffix).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      expect(`${'a'.repeat(32)}--${suffix}`.length).toBeLessThanOrEqual(54);
      expect(isOurRevision(`api--${suffix}`)).toBe(true);
    }
    expect(isOurRevision('api--5zj2t4y')).toBe(false);
  });
});
