import { describe, expect, it } from 'vitest';
import { type EnvironmentState, emptyState } from '../../../src/domain/state.ts';
import { hasFreshGrant } from '../../../src/engine/fresh-grant.ts';
import { runIdOf } from '../../helpers/step-context.ts';

const [FIRST, SECOND, THIRD] = [runIdOf(1), runIdOf(2), runIdOf(3)];
const MADE_AT = '2026-01-01T00:00:00.000Z';

interface Past {
  readonly grantBy: string | undefined;
  readonly stepBy?: string;
  readonly last?: readonly [runId: string, status: string];
  readonly type?: string;
}

function stateAfter({ grantBy, stepBy, last, type }: Past): EnvironmentState {
  const step = 'create_key_vault';
  return {
    ...emptyState('default'),
    last_run: last ? { run_id: last[0], status: last[1], finished_at: null } : null,
    resources: {
      'role:secrets-user': {
        ...{ id: '/subscriptions/s/x', type: type ?? 'Microsoft.Authorization/roleAssignments', step },
        ...{ holds_data: false, immutable: {} },
        ...(grantBy !== undefined && { created_by: grantBy }),
      },
    },
    steps:
      stepBy === undefined
        ? {}
        : {
            [step]: {
              ...{ status: 'completed', timestamp: MADE_AT, run_id: stepBy },
              ...{ dependency_hash: '', dependencies: {}, outputs: {}, metadata: {} },
            },
          },
  };
}

describe('a grant', () => {
  it.each<[string, boolean, Past, string, number]>([
    ['that this run made a minute ago is fresh', true, { grantBy: SECOND, stepBy: SECOND }, SECOND, 60],
    ['that this run is making is fresh', true, { grantBy: SECOND }, SECOND, 0],
    ['is fresh no longer than propagation lasts', false, { grantBy: SECOND, stepBy: SECOND }, SECOND, 600],
    ['of a run that was killed is fresh for the next', true, { grantBy: FIRST, stepBy: FIRST }, SECOND, 60],
    [
      'of a run that failed is fresh for the next',
      true,
      { grantBy: FIRST, stepBy: FIRST, last: [FIRST, 'failed'] },
      SECOND,
      60,
    ],
    [
      'of a run that has succeeded is not, however young',
      false,
      { grantBy: FIRST, stepBy: FIRST, last: [FIRST, 'succeeded'] },
      SECOND,
      1,
    ],
    [
      'of a run before the last is not, even when the last failed',
      false,
      { grantBy: FIRST, stepBy: FIRST, last: [SECOND, 'failed'] },
      THIRD,
      1,
    ],
    ['that was there before is not', false, { grantBy: undefined, stepBy: SECOND }, SECOND, 1],
    ['is a role, nothing else', false, { grantBy: SECOND, stepBy: SECOND, type: 'Microsoft.App/jobs' }, SECOND, 1],
  ])('%s', (_, expected, past, runId, seconds) => {
    const clock = { now: () => new Date(Date.parse(MADE_AT) + seconds * 1000) };
    expect(hasFreshGrant({ runId, state: stateAfter(past), clock })).toBe(expected);
  });
});
