import type { DriftReportView } from '../domain/api/views.ts';
import type { RunServices } from '../runs/services.ts';
import type { Logger } from '../shared/logger.ts';
import type { DeploymentStorage } from '../state/ports.ts';

/** What the triggers need from where they run; made by the composition root. */
export interface AppServices extends RunServices {
  readonly logger: Logger;
  readonly storage: DeploymentStorage;
  /** The value of a secret that a configuration names as `env:NAME`; only variables made for that are looked at. */
  secret(name: string): string | undefined;
  /** The value of a variable that a configuration fills in: of the setting `DRAFTGENIE_VAR_NAME`. */
  variable(name: string): string | undefined;
  /** Asks Azure what is no longer as it was deployed. */
  drift(environment: string): Promise<DriftReportView>;
  /** Roles are enforced. Only where Easy Auth stands in front: it alone vouches for `x-ms-client-principal`. */
  readonly requiresRoles: boolean;
  /** Keys that do not say what they open open nothing. */
  readonly requiresScopedKeys: boolean;
  /** How long the histories of ended orchestrations are kept. */
  readonly historyInDays: number;
  readonly limits: RequestLimits;
}

export interface RequestLimits {
  /** Largest configuration with its options. */
  readonly bodyInBytes: number;
  /** A body that has not come whole by then is given up. */
  readonly bodyInSeconds: number;
  /** An event stream ends by then and is taken up again; Azure's load balancer cuts at 230 s. */
  readonly streamInSeconds: number;
  /** How often a followed stream looks for new events, in milliseconds. */
  readonly pollInMs: number;
  readonly keepAliveInSeconds: number;
}

export const DEFAULT_LIMITS: RequestLimits = {
  bodyInBytes: 1024 * 1024,
  bodyInSeconds: 30,
  streamInSeconds: 180,
  pollInMs: 500,
  keepAliveInSeconds: 15,
};
