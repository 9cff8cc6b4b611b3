import type { ComposeService } from '../compose/project.ts';
import type { Place, Tree } from '../compose/tree.ts';
import type { KnownServer } from './known-servers.ts';

/** What a service says, put together from its keys, before it is decided what becomes of it. */
export interface ServiceFacts {
  readonly service: ComposeService;
  /** Under which it stands in the configuration. */
  key: string;
  /** Of the container app, where that is not its key. */
  appName?: string;
  readonly known: KnownServer | undefined;
  image?: Tree;
  build?: BuildFacts;
  command?: Tree;
  entrypoint?: Tree;
  readonly ports: PortFact[];
  readonly health: HealthFacts;
  readonly size: SizeFacts;
  replicas?: { readonly count: number; readonly place: Place; readonly path: string };
  readonly mounts: MountFact[];
  /** Files of `secrets` and `configs`. */
  readonly files: FileFact[];
  readonly dependencies: {
    readonly name: string;
    readonly isCompleted: boolean;
    readonly place: Place;
    readonly path: string;
  }[];
  /** Host names by which others reach it. */
  readonly hosts: Set<string>;
  /** Names by which it reaches others. */
  readonly links: { readonly service: string; readonly alias: string }[];
  graceInSeconds?: number;
  /** It runs to its end. */
  isTask: boolean;
}

export interface BuildFacts {
  readonly place: Place;
  context: string;
  dockerfile?: string;
  target?: string;
  readonly args: Map<string, Tree>;
  readonly secrets: { readonly id: string; readonly source: string; readonly place: Place; readonly path: string }[];
}

export interface PortFact {
  readonly port: number;
  /** On the machine, to which hosts. */
  readonly published?: string;
  /** Of the machine only. */
  readonly isLocal: boolean;
  readonly protocol: string;
  readonly place: Place;
  readonly path: string;
}

export interface HealthFacts {
  test?: Tree;
  isDisabled: boolean;
  intervalInSeconds?: number;
  timeoutInSeconds?: number;
  startInSeconds?: number;
  retries?: number;
  place?: Place;
  path: string;
}

interface SizeFacts {
  cpus?: number;
  memoryInBytes?: number;
  /** Least that it is given, where no limit is. */
  reservedCpus?: number;
  reservedBytes?: number;
}

export interface MountFact {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly isReadOnly: boolean;
  readonly subpath?: string;
  readonly place: Place;
  readonly path: string;
}

export interface FileFact {
  readonly kind: 'secrets' | 'configs';
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly place: Place;
  readonly path: string;
}

export function newFacts(service: ComposeService, key: string, known: KnownServer | undefined): ServiceFacts {
  return {
    service,
    key,
    known,
    ports: [],
    health: { isDisabled: false, path: '' },
    size: {},
    mounts: [],
    files: [],
    dependencies: [],
    hosts: new Set([service.name]),
    links: [],
    isTask: false,
  };
}
