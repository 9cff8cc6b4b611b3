import type { IndexedFunction } from './functions.ts';
import type { HostKeys } from './host-keys.ts';

/** What runs function apps; given to the simulator, which knows no host. */
export interface FunctionsHosting {
  /**
   * Starts a host with an app's code.
   * @throws where the code cannot be loaded, or the host does not start.
   */
  start(app: AppToHost): Promise<HostedApp>;
}

export interface AppToHost {
  readonly name: string;
  /** The package, unpacked. */
  readonly packageDirectory: string;
  /** The app's own from one start to the next: what a host keeps in its storage. */
  readonly dataDirectory: string;
  /** Name that tells the place of its orchestrations from any other: one that has another begins with none. */
  readonly orchestrations: string;
  /** The environment of the app's process: its settings, and what the platform adds to them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly keys: HostKeys;
}

export interface HostedApp {
  /** Of plain HTTP on this machine, without a trailing slash. */
  readonly url: string;
  readonly functions: readonly IndexedFunction[];
  /** Resolves when it has ended, by itself or because it was stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}
