import { describe, expect, it } from 'vitest';
import { scopedKey, scopeOf } from '../../../../src/domain/api/scoped-key.ts';

describe('a key with a scope', () => {
  it('says what it opens, and for whom', () => {
    const key = scopedKey({ name: 'ci', rights: ['approve', 'deploy'], environment: 'staging' }, 'R');
    expect(key).toBe('draftgenie.deploy-approve.staging.ci.R');
    expect(scopeOf(key)).toEqual({
      name: 'ci',
      roles: ['Deployment.Deployer', 'Deployment.Approver'],
      environment: 'staging',
    });
    const everywhere = scopedKey({ name: 'board', rights: ['read'], environment: undefined }, 'R');
    expect(scopeOf(everywhere)).toEqual({ name: 'board', roles: ['Deployment.Reader'], environment: undefined });
  });

  it.each(['', 'Zm9vYmFy', 'a-host_key-of-its-own', 'draft.x.y.z.R'])('is none of the host’s own: %s', (key) => {
    expect(scopeOf(key)).toBeUndefined();
  });

  it.each([
    'draftgenie',
    'draftgenie.',
    'draftgenie.read.staging.ci',
    'draftgenie.read.staging.ci.',
    'draftgenie.all.staging.ci.R',
    'draftgenie..staging.ci.R',
    'draftgenie.read-all.staging.ci.R',
    'draftgenie.read.Staging.ci.R',
    'draftgenie.read..ci.R',
    'draftgenie.read.staging.CI.R',
    'DraftGenie.all._.ci.R',
  ])('opens nothing where it does not say what: %s', (key) => {
    expect(scopeOf(key)).toBe('invalid');
  });
});
