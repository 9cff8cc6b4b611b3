import type { Azure } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { KeptText } from '../domain/cost/price.ts';
import type { RunEvent } from '../domain/events.ts';
import type { Clock } from '../shared/clock.ts';
import type { SourceTree } from '../source/ports.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import type { Telemetry } from '../telemetry/ports.ts';
import type { LocalBuilder } from './local-builder.ts';
import type { SecretSource } from './step.ts';

/** What the activities need from where they run; made once by the composition root (main.ts, the CLI, a test). */
export interface Services {
  readonly clock: Clock;
  /** Who holds the lock: `user@host` or the Functions app's name. */
  readonly holder: string;
  /** Which engine drives the runs; a contender that shares it knows which runs are alive. */
  readonly engine: string;
  readonly version: string;
  /** Where commands find the app that runs this; undefined: it is none, or nobody has told it. */
  readonly appAddress?: () => string | undefined;
  /** How long an approval may take before the run ends as rejected. */
  readonly approvalTimeoutInSeconds: number;
  readonly secrets: SecretSource;
  stores(environment: string): EnvironmentStores;
  azure(config: DeploymentConfig): Promise<Azure>;
  /** The application's source tree: a directory, or what was uploaded under a digest; undefined when the run has none. */
  source(reference: string | null): Promise<SourceTree | undefined>;
  /** The repository at `docker.source`, which the builder fetches by itself; undefined: it is not asked. */
  gitSource(address: string): SourceTree | undefined;
  /** Of webhooks, whose addresses a configuration names: to public ones only. Undefined: nobody is told. */
  readonly post?: (address: string, request: RequestInit) => Promise<Response>;
  /** Undefined: there is no docker here, as in an app. */
  readonly localBuilder?: LocalBuilder;
  /** Where prices are kept between plans; undefined: plans say nothing of money. */
  readonly prices?: KeptText;
  /** The host may deliver an activity again while it still runs, as Azure Functions does. */
  readonly activitiesMayOverlap?: boolean;
  /** Steps only look: Azure takes no write, and what cannot be looked at is neither done nor recorded as done. */
  readonly looksOnly?: boolean;
  /** Traces and metrics; undefined: nobody asked for them. */
  readonly telemetry?: Telemetry;
  /** Replaces every secret value known to this process, and whatever looks like one. */
  mask(text: string): string;
  /** Told of every event right after it is stored. */
  observe(event: RunEvent): void;
}
