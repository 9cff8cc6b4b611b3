import type { Readable } from 'node:stream';
import type { AuditEntry } from '../domain/audit.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { KeptText } from '../domain/cost/price.ts';
import type { RunEvent } from '../domain/events.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { Approval, RunRequest, RunSummary, StepAnswer } from '../domain/run.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { StepName } from '../domain/steps.ts';
import type { Clock } from '../shared/clock.ts';
import type { Json } from '../shared/json.ts';

/** A read document and the token that a write must present to replace exactly it. Null: there is none yet. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string | null;
}

/**
 * The state document of one environment. Two implementations, `file/` and `blob/`, one conformance suite.
 * A corrupt or newer document is an error (`state_corrupt`, `state_newer`) that names it and the way back.
 */
export interface StateStore extends Clock {
  /** For people: the file or blob address. */
  readonly location: string;
  readonly environment: string;
  /** An empty state with etag null when there is no document. Older formats are migrated in memory, with warnings. */
  read(): Promise<Versioned<EnvironmentState> & { readonly warnings: readonly string[] }>;
  /**
   * The document as this process read or wrote it last, without asking the storage; undefined where there is no need of that, or
   * nothing is known. By now it may be another one: only a write on condition of its `etag` shows that it is not.
   */
  remembered(): Versioned<EnvironmentState> | undefined;
  /**
   * Replaces the document if it still is the one with `etag` (null: if there still is none), else throws
   * StateConflict. Sets `serial` and `last_updated`.
   */
  write(state: EnvironmentState, etag: string | null): Promise<Versioned<EnvironmentState>>;
  /**
   * Replaces whatever is there, also a document that cannot be read (then `change` gets undefined). For `state reset`
   * and `state restore`, after a backup; everything else uses write.
   */
  replace(change: (before: EnvironmentState | undefined) => EnvironmentState): Promise<Versioned<EnvironmentState>>;
  /** Keeps a copy of the document as it is, byte for byte, corrupt or not; answers where, undefined if there is none. */
  backup(label: string): Promise<string | undefined>;
  /** Proves that a write would be possible, without changing the document. */
  checkWritable(): Promise<void>;
  /** Keeps a successful run's state under `history/`. */
  keepHistory(runId: string, entry: HistoryEntry): Promise<void>;
  /** Newest first; those before a run, or all. Each has a whole state: nobody reads more of them than are needed. */
  history(options: { readonly limit: number; readonly before?: string }): Promise<readonly HistoryEntry[]>;
  /** What is kept of this run; undefined: nothing. */
  kept(runId: string): Promise<HistoryEntry | undefined>;
}

export interface HistoryEntry {
  readonly runId: string;
  readonly at: string;
  readonly configDigest: string;
  /** Service key → image reference with digest. */
  readonly images: Readonly<Record<string, string>>;
  /** Service key → the revision that served; entries of earlier versions have none. */
  readonly revisions?: Readonly<Record<string, string>>;
  readonly state: EnvironmentState;
}

/** What one step of one run remembers between its calls: operations in progress, intents, results. Never a secret. */
export type StepMemoryRecord = Readonly<Record<string, Json>>;

/** A step, what belongs to the run as a whole, or whether its end was told to a collector. */
export type MemoryScope = StepName | 'run' | 'trace';

/** Everything of a run that is too large for, or must outlive, the orchestration's history. */
export interface RunStore {
  create(request: RunRequest): Promise<void>;
  request(runId: string): Promise<RunRequest | undefined>;
  /** Newest first. */
  runs(options: { readonly limit: number; readonly before?: string }): Promise<readonly RunSummary[]>;
  summary(runId: string): Promise<RunSummary | undefined>;
  writeSummary(summary: RunSummary): Promise<void>;

  /** Removes all that there is of a run that is over. */
  remove(runId: string): Promise<void>;

  putConfig(config: DeploymentConfig): Promise<string>;
  config(digest: string): Promise<DeploymentConfig>;

  writePlan(runId: string, plan: Plan): Promise<void>;
  plan(runId: string): Promise<Plan | undefined>;

  memory(runId: string, scope: MemoryScope): Promise<StepMemoryRecord>;
  writeMemory(runId: string, scope: MemoryScope, memory: StepMemoryRecord): Promise<void>;

  /** The answer an earlier delivery of this call gave; a duplicate delivery does nothing twice. */
  answer(runId: string, step: StepName, callNumber: number): Promise<StepAnswer | undefined>;
  writeAnswer(runId: string, step: StepName, callNumber: number, answer: StepAnswer): Promise<void>;

  /** Appends what is not there yet (by id). */
  appendEvents(runId: string, events: readonly RunEvent[]): Promise<void>;
  /** @param after an opaque position from an earlier answer; UserError `position_invalid` when it is none */
  events(runId: string, after?: string): Promise<EventPage>;

  /**
   * Records what somebody decided about one plan; the first decision stands.
   * @returns the decision that stands
   */
  decide(runId: string, decision: Approval): Promise<Approval>;

  /** Writes down who asked for what; never changed again. */
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. @param before the id of an entry */
  audit(options: { readonly limit: number; readonly before?: string }): Promise<readonly AuditEntry[]>;

  requestCancel(runId: string, by: string): Promise<void>;
  isCancelRequested(runId: string): Promise<boolean>;
  /** Somebody goes on with a run that was parked after a cancellation. */
  withdrawCancel(runId: string): Promise<void>;
}

export interface EventPage {
  readonly events: readonly RunEvent[];
  /** The position after each event, opaque. */
  readonly positions: readonly string[];
  /** The position after the last event; where to go on. */
  readonly position: string;
}

/** What a deployer keeps about one environment. */
export interface EnvironmentStores {
  readonly state: StateStore;
  readonly runs: RunStore;
}

/** A call with an idempotency key, as it was first made. */
export interface KeyedCall {
  readonly runId: string;
  /** SHA-256 over everything that was asked for. */
  readonly requestDigest: string;
}

/** Everything a deployer keeps, of all environments; on Azure one storage account. */
export interface DeploymentStorage {
  /** For people: the account and container. */
  readonly location: string;
  environment(name: string): EnvironmentStores;
  /** Names of the environments that have a state or a run, in alphabetical order. */
  environments(): Promise<readonly string[]>;
  /** The first call with this key; it is this one when there was none. Keys of environments never mix. */
  keyedCall(environment: string, key: string, call: KeyedCall): Promise<KeyedCall>;
  readonly sources: SourceStore;
  /** Retail prices, as Azure told them last. */
  readonly prices: KeptText;
  /** Creates what is missing (containers); throws UserError `storage_unreachable` when it cannot be reached. */
  prepare(): Promise<void>;
}

/** Source archives (gzipped tar), addressed by the SHA-256 of their bytes. */
export interface SourceStore {
  has(sha256: string): Promise<boolean>;
  /** Where a client may put the archive for a short time, with the headers its PUT must carry. */
  uploadAddress(sha256: string): Promise<SourceUpload>;
  open(sha256: string): Promise<Readable>;
}

interface SourceUpload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly expiresAt: string;
}
