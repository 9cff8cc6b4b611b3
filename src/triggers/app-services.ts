import type { ServicesView } from '../domain/api/service-views.ts';
import type { DriftReportView } from '../domain/api/views.ts';
import { environmentOfRun } from '../domain/runs/run-id.ts';
import type { Repairing } from '../runs/drift/repairing.ts';
import type { RunReader, RunReaders } from '../runs/reading/run-reader.ts';
import type { RunServices } from '../runs/services.ts';
import { LIMITS } from '../shared/limits.ts';
import type { Logger } from '../shared/logger.ts';
import type { DeploymentStorage } from '../state/ports.ts';
import type { SignInCodes } from './sign-in-codes.ts';

/** What the triggers need from where they run; made by the composition root. */
export interface AppServices extends RunServices, Repairing {
  readonly logger: Logger;
  readonly storage: DeploymentStorage;
  /** The value of a secret that a configuration names as `env:NAME`; only variables made for that are looked at. */
  secret(name: string): string | undefined;
  /** The values of variables that a configuration may fill in, by name: of the settings `DRAFTGENIE_VAR_NAME`. */
  variables(): Readonly<Record<string, string>>;
  /** Asks Azure what is no longer as it was deployed. */
  drift(environment: string): Promise<DriftReportView>;
  /** Asks Azure how the services are. */
  services(environment: string): Promise<ServicesView>;
  /** Roles are enforced. Only where Easy Auth stands in front: it alone vouches for `x-ms-client-principal`. */
  readonly requiresRoles: boolean;
  /** Keys that do not say what they open open nothing. */
  readonly requiresScopedKeys: boolean;
  /** How long the histories of ended orchestrations are kept. */
  readonly historyInDays: number;
  readonly limits: RequestLimits;
  /**
   * Where one process answers everybody. Absent on Azure: whoever has a code may be answered by another instance, and a key is kept nowhere
   * but in memory. https://learn.microsoft.com/azure/azure-functions/event-driven-scaling
   */
  readonly signInCodes?: SignInCodes;
  /** What is read of runs for those who ask about them. */
  readonly readers: RunReaders;
}

export interface RequestLimits {
  /** Largest configuration with its options. */
  readonly bodyInBytes: number;
  /** A body that has not come whole by then is given up. */
  readonly bodyInSeconds: number;
  /** A configuration that is not parsed by then is given up. */
  readonly parseInSeconds: number;
  /** An event stream ends by then and is taken up again; Azure's load balancer cuts at 230 s. */
  readonly streamInSeconds: number;
  /** How often a followed stream looks for new events, in milliseconds. */
  readonly pollInMs: number;
  readonly keepAliveInSeconds: number;
  /** How many streams of events are open at a time. */
  readonly followers: number;
}

export const DEFAULT_LIMITS: RequestLimits = {
  bodyInBytes: LIMITS.bodyBytes.value,
  bodyInSeconds: LIMITS.bodySeconds.value,
  parseInSeconds: LIMITS.parseSeconds.value,
  streamInSeconds: LIMITS.streamSeconds.value,
  pollInMs: 500,
  keepAliveInSeconds: 15,
  followers: LIMITS.followers.value,
};

export function readerOf({ readers, stores }: AppServices, runId: string): RunReader {
  return readers.of(stores(environmentOfRun(runId)).runs, runId);
}
