import type { Azure } from '../../src/azure/ports.ts';
import type { DesiredResource } from '../../src/domain/desired.ts';
import { outputReference } from '../../src/domain/outputs.ts';
import { NO_OPTIONS } from '../../src/domain/run.ts';
import { emptyState, type StepState } from '../../src/domain/state.ts';
import type { StepContext } from '../../src/engine/step.ts';
import type { Json } from '../../src/shared/json.ts';
import { deploymentConfig } from './deployment-config.ts';

export interface TestContext extends StepContext {
  readonly told: string[];
  readonly logged: string[];
  readonly recorded: { readonly resource: DesiredResource; readonly created: boolean }[];
  readonly remembered: Map<string, Json>;
  /** What was changed of other steps' records. */
  readonly amended: Record<string, StepState>;
  /** Moves the clock. */
  pass(seconds: number): void;
}

/** What a step gets, in memory. `remembered` of an earlier context makes this one a later call, or a successor. */
export function stepContext(
  azure: Azure,
  overrides: Partial<StepContext> & {
    readonly remembered?: Map<string, Json>;
    readonly known?: Readonly<Record<string, string>>;
  } = {},
): TestContext {
  const { remembered = new Map<string, Json>(), known = {}, ...rest } = overrides;
  const told: string[] = [];
  const logged: string[] = [];
  const amended: Record<string, StepState> = {};
  const recorded: { resource: DesiredResource; created: boolean }[] = [];
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  return {
    runId: 'default-01JD0000000000000000000000',
    environment: 'default',
    config: deploymentConfig(),
    options: { ...NO_OPTIONS, autoApprove: true },
    outputs: {
      read(...asked) {
        const { step, output } = outputReference(asked);
        const value = known[output] ?? DEFAULT_OUTPUTS[output];
        if (value === undefined) throw new Error(`the test gives no output ${step}.${output}`);
        return value;
      },
    },
    state: emptyState('default'),
    previous: undefined,
    azure,
    source: undefined,
    secrets: { literal: () => 'given', environment: () => undefined },
    memory: {
      get: (key) => structuredClone(remembered.get(key)) as never,
      // As on disk: what is not JSON does not come back.
      set: async (key, value) => void remembered.set(key, JSON.parse(JSON.stringify(value)) as Json),
      delete: async (key) => void remembered.delete(key),
    },
    clock: { now: () => new Date(now) },
    reason: { text: 'never run', forced: false },
    recordResource: (resource, created) => recorded.push({ resource, created }),
    amendStep: async (step, change) => {
      const before = rest.state?.steps[step];
      if (before) amended[step] = change(before);
    },
    progress: (message) => told.push(message),
    log: (level, message) => logged.push(`${level}: ${message}`),
    toldDurably: async () => undefined,
    ...rest,
    told,
    logged,
    recorded,
    remembered,
    amended,
    pass: (seconds) => {
      now += seconds * 1000;
    },
  };
}

const DEFAULT_OUTPUTS: Readonly<Record<string, string>> = {
  subscriptionId: 'sub',
  tenantId: '11111111-1111-1111-1111-111111111111',
  principalId: '22222222-2222-2222-2222-222222222222',
  principalType: '',
  resourceGroupId: '/subscriptions/sub/resourceGroups/shop-rg',
  identityPrincipalId: '33333333-3333-3333-3333-333333333333',
  workspaceId: '/subscriptions/sub/resourceGroups/shop-rg/providers/Microsoft.OperationalInsights/workspaces/shop-logs',
};
