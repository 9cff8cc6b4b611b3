import { REGISTRATION_SECONDS } from '../../src/simulator/arm/provider-routes.ts';
import { PROPAGATION_SECONDS } from '../../src/simulator/roles.ts';
import type { CloudState } from '../../src/simulator/store.ts';
import { secondsBetween } from './run-cli.ts';

/** Something that Azure took time for, by the simulator's own record. */
export interface AzureOperation {
  readonly kind: 'write' | 'password' | 'propagation' | 'build' | 'execution' | 'start' | 'registration';
  /** ARM id of what it works on, lower case. */
  readonly resourceId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** Of a build: what it pushes. */
  readonly digest?: string;
}

/** Every operation of a cloud's life: writes, grants that became effective, builds, executions of jobs, starts of revisions. */
export function operationsOf(cloud: CloudState, speed: number): readonly AzureOperation[] {
  const writes = Object.values(cloud.operations).flatMap(({ kind, type, resourceId, startedAt, endsAt }) => {
    // An action is over when what it started is: that has a record of its own.
    if (kind === 'action') return [];
    const isPassword = kind === 'update' && /flexibleservers$/i.test(type);
    return [operation(isPassword ? 'password' : 'write', resourceId, startedAt, endsAt)];
  });
  const resources = Object.values(cloud.resources).flatMap(({ id, type, createdAt, extra }): AzureOperation[] => {
    if (/roleassignments$/i.test(type)) {
      const seconds = PROPAGATION_SECONDS / speed;
      return [{ kind: 'propagation', resourceId: id.toLowerCase(), startedAt: createdAt, seconds }];
    }
    const { app, job } = extra as {
      app?: { revisions: readonly { provisionedAt: string; begunAt?: string; startedAt: string }[] };
      job?: { executions: readonly { startedAt: string; endsAt: string }[] };
    };
    return [
      ...(app?.revisions ?? []).map((one) => operation('start', id, one.begunAt ?? one.provisionedAt, one.startedAt)),
      ...(job?.executions ?? []).map((one) => operation('execution', id, one.startedAt, one.endsAt)),
    ];
  });
  const builds = Object.entries(cloud.registries).flatMap(([id, { runs }]) =>
    runs.map(({ createdAt, endsAt, digest }) => ({
      ...operation('build', id, createdAt, endsAt),
      ...(digest !== undefined && { digest }),
    })),
  );
  const registrations = Object.entries(cloud.providers).map(([namespace, endsAt]) => {
    const startedAt = new Date(Date.parse(endsAt) - (REGISTRATION_SECONDS * 1000) / speed).toISOString();
    return operation('registration', `/providers/${namespace}`, startedAt, endsAt);
  });
  return [...registrations, ...writes, ...resources, ...builds];
}

function operation(kind: AzureOperation['kind'], id: string, startedAt: string, endsAt: string): AzureOperation {
  return { kind, resourceId: id.toLowerCase(), startedAt, seconds: secondsBetween(startedAt, endsAt) };
}

export function isAtOrBelow(id: string, other: string): boolean {
  return id === other || id.startsWith(`${other}/`);
}
