import type { EnvironmentOverview } from '../../../src/domain/api/overview.ts';
import type { ServicesView } from '../../../src/domain/api/service-views.ts';
import type { DriftReportView, EnvironmentView, RunOverview, RunView } from '../../../src/domain/api/views.ts';
import { STEPS } from '../../../src/domain/steps.ts';

export const RUN_ID = 'staging-01JH0000000000000000000000';
const START = Date.parse('2026-03-01T09:00:00Z');
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

/** A run in the middle of its work, always the same. */
export function scriptedRun(more: Partial<RunView> = {}): RunView {
  return {
    runId: RUN_ID,
    environment: 'staging',
    status: 'succeeded',
    startedAt: at(0),
    finishedAt: at(480),
    durationInMs: 480_000,
    executed: STEPS.map(({ name }) => name),
    skipped: [],
    failed: [],
    requestedBy: 'ada',
    work: 'deploy',
    trigger: 'http',
    place: null,
    cancelRequested: false,
    plan: null,
    pendingApproval: null,
    decisions: [],
    steps: STEPS.map(({ name, number, title, dependsOn, typicalSeconds }) => ({
      ...{ step: name, number, title, after: [...dependsOn], typicalInSeconds: typicalSeconds },
      status: number === 13 ? ('skipped' as const) : number === 14 ? ('failed' as const) : ('completed' as const),
      reason: number === 13 ? 'unchanged' : 'services.web.image: shop:1 → shop:2',
      startedAt: number === 13 ? null : at(number * 30),
      finishedAt: number === 13 ? null : at(number * 30 + 40),
      durationInMs: number === 13 ? null : 40_000,
      attempts: 1,
      waitingFor: null,
      checks: [],
      error: number === 14 ? { code: 'smoke_failed', message: 'web answered 500', hint: 'Look at its logs.' } : null,
    })),
    removals: [],
    error: null,
    addresses: {},
    links: { self: '', events: '', approval: '', cancel: '' },
    ...more,
  };
}

/** @param index how many newer ones there are, up to 89 */
export function scriptedOverview(index: number, more: Partial<RunOverview> = {}): RunOverview {
  const { runId, environment, status, executed, skipped, failed, requestedBy, work } = scriptedRun();
  return {
    ...{ environment, status, executed, skipped, failed, requestedBy, work },
    runId: runId.replace('01JH', '01JG').slice(0, -2) + String(99 - index),
    startedAt: at(-index * 40_000),
    finishedAt: at(-index * 40_000 + 300),
    durationInMs: 240_000 + ((index * 7919) % 200) * 1000,
    ...more,
  };
}

export function scriptedEnvironment(more: Partial<EnvironmentView> = {}): EnvironmentView {
  return {
    environment: 'staging',
    subscriptionId: 's',
    resourceGroup: 'shop-rg',
    lastUpdated: at(480),
    serial: 3,
    steps: [],
    resources: [{ key: 'vault', id: '/x', type: 'Microsoft.KeyVault/vaults', step: 'create_key_vault' }],
    leftBehind: [{ name: 'redis', id: '/r', type: 'Microsoft.Cache/redisEnterprise', holdsData: true, below: [] }],
    closed: null,
    driftCheck: null,
    from: null,
    expires: null,
    lastRun: { runId: RUN_ID, status: 'succeeded', finishedAt: at(480) },
    lock: null,
    queue: [],
    addresses: { web: 'web.example.com' },
    images: { web: 'shop.azurecr.io/web:2024-1' },
    revisions: { web: 'web--a1b2c3' },
    ...more,
  };
}

/** As Azure says just now: one service that is well, one that is not, and a database. */
export function scriptedServices(): ServicesView {
  const web = {
    ...{ key: 'web', name: 'web', id: '/web', health: 'healthy' as const, address: 'https://web.example.com' },
    ...{ ingress: 'external' as const, domains: [], image: 'shop:1', otherDrift: 0, portal: 'https://portal/web' },
    replicas: { now: 2, min: 1, max: 5 },
    revisions: [
      {
        ...{ name: 'web--a1b2c3', healthState: 'Healthy', runningState: 'Running', replicas: 2, traffic: 100 },
        ...{ image: 'shop:1', createdAt: at(0) },
      },
    ],
    ...{ driftedVariables: [], unread: null },
  };
  return {
    at: at(1800),
    health: 'unhealthy',
    services: [
      web,
      {
        ...web,
        ...{ key: 'worker', name: 'worker', health: 'unhealthy', address: null, ingress: 'none' },
        driftedVariables: [{ container: 'worker', name: 'QUEUE', change: 'changed' }],
      },
    ],
    backing: [
      {
        ...{ key: 'postgresql', name: 'shop-db', id: '/db', type: 'Microsoft.DBforPostgreSQL/flexibleServers' },
        ...{
          health: 'ready',
          state: 'Ready',
          address: 'shop-db.postgres.database.azure.com',
          portal: '',
          unread: null,
        },
      },
    ],
    comparedWith: RUN_ID,
  };
}

/** One field that somebody changed. */
export function scriptedDrift(): DriftReportView {
  const step = 'deploy_application_services' as const;
  const values = { path: 'scale.maxReplicas', expected: '3', found: '5', repaired: true };
  return { runId: RUN_ID, resources: 12, leftBehind: [], drift: [{ key: 'app:web', id: '/x', step, ...values }] };
}

/** What the overview tells of an environment and its newest run. */
export function scriptedGlance(view: EnvironmentView, run: RunView | null): EnvironmentOverview {
  const { environment, resources, leftBehind, ...state } = view;
  const cost = run?.plan?.cost;
  return {
    environment,
    state: { ...state, resources: resources.length, leftBehind: leftBehind.length },
    newestRun: run,
    monthlyCost: cost ? { currency: cost.currency, sum: cost[run.status === 'succeeded' ? 'after' : 'now'].sum } : null,
    trouble: null,
  };
}

/** A line of a build. */
export function scriptedLog(index: number, message: string): object {
  return {
    id: `log/${index}`,
    runId: RUN_ID,
    environment: 'staging',
    at: at(index % 480),
    type: 'log',
    level: index % 50 === 49 ? 'warning' : 'info',
    service: 'web',
    message,
  };
}

/** A plan with something of everything that a page shows of it. */
export function scriptedPlan(digest: string): NonNullable<RunView['plan']> {
  const sums = (sum: string) => ({ fixed: sum, use: '0.00', sum });
  return {
    environment: 'production',
    target: { subscriptionId: 's', resourceGroup: 'shop-rg', location: 'westeurope' },
    steps: STEPS.map(({ name, number }) => ({
      ...{ step: name, number, changed: [] },
      action: number > 9 ? ('run' as const) : ('skip' as const),
      reason: number > 9 ? 'services.web.image: shop:1 → shop:2' : 'unchanged',
    })),
    resources: [
      {
        ...{ key: 'app:web', id: '/web', type: 'Microsoft.App/containerApps', action: 'update' },
        changes: [
          { path: 'template.containers[web].image', from: 'shop:1', to: 'shop:2', owner: 'setting' },
          { path: 'template.scale.maxReplicas', from: '3', to: '5', owner: 'setting' },
        ],
      },
      {
        key: 'redis',
        id: '/r',
        type: 'Microsoft.Cache/redisEnterprise',
        action: 'left_behind',
        reason: 'no longer asked for',
      },
    ],
    warnings: ['PostgreSQL is open to Azure services of any tenant. [postgresql_open]'],
    criticalPath: STEPS.filter(({ number }) => number > 9).map(({ name, typicalSeconds }) => ({
      ...{ step: name, estimatedSeconds: typicalSeconds },
    })),
    digest,
    cost: {
      ...{ currency: 'USD', now: sums('47.70'), after: sums('61.20'), change: '13.50', most: '90.00' },
      ...{ resources: [], allowances: [], notPriced: [], assumptions: {}, notes: [] },
    },
  };
}
