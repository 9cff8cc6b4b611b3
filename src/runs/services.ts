import type { Clock } from '../shared/clock.ts';
import type { EnvironmentStores } from '../state/ports.ts';
import type { Telemetry } from '../telemetry/ports.ts';

/** What starting, looking at and ending runs needs of where it happens: an app, or the command line. */
export interface RunServices {
  readonly clock: Clock;
  /** Who holds the lock: `user@host` or the name of the app. */
  readonly holder: string;
  /** The engine that drives the runs started here. */
  readonly engine: string;
  readonly version: string;
  /** Of orchestrations that are started here, while those of newer ones get no turns; absent: that of this program. */
  readonly orchestrationVersion?: string;
  /** Traces and metrics; undefined: nobody asked for them. */
  readonly telemetry?: Telemetry;
  stores(environment: string): EnvironmentStores;
  mask(text: string): string;
}
