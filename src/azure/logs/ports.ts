import type { JsonObject } from '../../shared/json.ts';

/** What one container of a replica writes now, and where. */
interface ContainerStream {
  readonly revision: string;
  readonly replica: string;
  readonly container: string;
  readonly endpoint: string;
}

/** One line of a stream. */
interface StreamedLine {
  /** ISO 8601. */
  readonly time: string;
  readonly text: string;
  /** `stdout`, `stderr`; null where it is not told. */
  readonly stream: string | null;
}

/** One event that the platform tells of an app. */
interface StreamedEvent extends Omit<StreamedLine, 'stream'> {
  readonly revision: string;
  readonly replica: string;
  readonly reason: string;
  /** `Normal`, `Warning`. */
  readonly kind: string;
}

export interface StreamOptions {
  /** Lines of before, 0 to 300. */
  readonly tail: number;
  /** Goes on with what is written from now on, as long as the connection lasts; else it ends. */
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** Logs of container apps: what a workspace keeps, and what the platform streams. Every method throws AzureError. */
export interface AppLogs {
  /**
   * Rows of a query in the Kusto language, by the names of their columns; none where nothing was ever written to its table.
   * @param customerId of the Log Analytics workspace
   */
  query(customerId: string, text: string): Promise<readonly JsonObject[]>;
  /** The containers of a revision's replicas; none while it is scaled to zero. @param appId of the container app */
  containers(appId: string, revision: string): Promise<readonly ContainerStream[]>;
  /** What a container writes. */
  console(appId: string, stream: ContainerStream, options: StreamOptions): AsyncGenerator<StreamedLine>;
  /** What the platform says of an app, of all its revisions. @param endpoint `eventStreamEndpoint` of the app */
  events(appId: string, endpoint: string, options: StreamOptions): AsyncGenerator<StreamedEvent>;
}
