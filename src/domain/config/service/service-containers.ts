import type { DomainConfig } from './service-domains.ts';

export type EnvValue =
  | { readonly kind: 'plain'; readonly value: string }
  /** The name of a secret in the vault. */
  | { readonly kind: 'secret'; readonly name: string }
  /** The address of another service; `format` may place it with `{address}`, `{host}` and `{port}`. */
  | { readonly kind: 'service'; readonly key: string; readonly format?: string }
  /** A text with references (domain/references), as it is written. */
  | { readonly kind: 'reference'; readonly text: string };

/** What any container says of itself. */
export interface ContainerSettings {
  /** Instead of the image's entry point. */
  readonly command?: readonly string[];
  /** Instead of the arguments of the image. */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, EnvValue>>;
  /** Absolute path in the container → name of a volume of the service. */
  readonly mounts?: Readonly<Record<string, string>>;
  readonly cpu: number;
  readonly memory: string;
}

/** A container beside the service's own, or before it. */
export interface SideContainer extends ContainerSettings {
  readonly name: string;
  /** Absent: the service's own image. */
  readonly image?: string;
  /** Of sidecars; absent: none. */
  readonly probes?: ServiceProbes;
}

/** `false`: none at all, or none of that type. */
export type ServiceProbes = false | Readonly<Partial<Record<ProbeType, ProbeConfig | false>>>;

export const PROBE_TYPES = ['startup', 'liveness', 'readiness'] as const;
export type ProbeType = (typeof PROBE_TYPES)[number];

export interface ProbeConfig {
  /** Absent: http where there is a path, else tcp. */
  readonly kind?: 'http' | 'tcp';
  readonly path?: string;
  readonly port?: number;
  readonly scheme?: 'http' | 'https';
  readonly headers?: Readonly<Record<string, string>>;
  readonly initialDelayInSeconds?: number;
  readonly periodInSeconds?: number;
  readonly timeoutInSeconds?: number;
  readonly failureThreshold?: number;
  readonly successThreshold?: number;
}

/** How a service is reached, besides its port. */
export interface IngressSettings {
  /** Further tcp ports, which the services of the environment reach. */
  readonly ports?: readonly { readonly port: number; readonly exposedPort: number }[];
  readonly cors?: {
    readonly origins: readonly string[];
    readonly methods?: readonly string[];
    readonly headers?: readonly string[];
    readonly exposeHeaders?: readonly string[];
    readonly maxAgeInSeconds?: number;
    readonly credentials?: boolean;
  };
  /** IPv4 addresses and CIDR ranges by names of the user: only these, or all but these. */
  readonly ipRules?: {
    readonly allow?: Readonly<Record<string, string>>;
    readonly deny?: Readonly<Record<string, string>>;
  };
  readonly clientCertificates?: 'ignore' | 'accept' | 'require';
  /** A client comes back to the replica that it had. */
  readonly sessionAffinity?: boolean;
  /** Names of the user's own, in lower case. */
  readonly domains?: readonly DomainConfig[];
}

/** A service as far as its containers go. */
export interface ServiceContainers extends ContainerSettings {
  /** Run one after the other, in this order, before all others start. */
  readonly init?: readonly SideContainer[];
  readonly sidecars?: readonly SideContainer[];
  /** Folders that containers of a replica share, by names of the user. */
  readonly volumes?: Readonly<Record<string, VolumeConfig>>;
}

/** Neither secrets nor a share: empty at first, and gone with its replica. */
export interface VolumeConfig {
  /** File → name of a secret in the vault; gone with the replica. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Name of a share of the storage account, which stays. */
  readonly share?: string;
  /** Of a share. */
  readonly readOnly?: boolean;
  /** Of a share, as `mount` takes them. */
  readonly mountOptions?: string;
}

/** Every container of a service, its own one first, with where it stands below the service's key. */
export function containersOf(
  service: ServiceContainers,
): readonly { readonly path: readonly string[]; readonly container: ContainerSettings }[] {
  const listed = (['sidecars', 'init'] as const).flatMap((list) =>
    (service[list] ?? []).map((container, index) => ({ path: [list, String(index)], container })),
  );
  return [{ path: [], container: service }, ...listed];
}

/** Every variable of every container of a service, with where it stands below the service's key. */
export function variablesOf(
  service: ServiceContainers,
): readonly { readonly path: readonly string[]; readonly name: string; readonly value: EnvValue }[] {
  return containersOf(service).flatMap(({ path, container }) =>
    Object.entries(container.env).map(([name, value]) => ({ path: [...path, 'env', name], name, value })),
  );
}

/** Every place of every container of a service where a volume is mounted, with where it stands below the service's key. */
export function mountsOf(
  service: ServiceContainers,
): readonly { readonly path: readonly string[]; readonly mountPath: string; readonly volume: string }[] {
  return containersOf(service).flatMap(({ path, container }) =>
    Object.entries(container.mounts ?? {}).map(([mountPath, volume]) => ({
      path: [...path, 'mounts', mountPath],
      mountPath,
      volume,
    })),
  );
}

/** In Gi, as Azure takes it; NaN for what it does not. */
export function memoryInGi(memory: string): number {
  return Number(/^(\d+(?:\.\d+)?)Gi$/.exec(memory)?.[1] ?? Number.NaN);
}

/** What a replica of a service has: its own container and those beside it. */
export function sizeOf(service: ServiceContainers): { readonly cpu: number; readonly memoryInGi: number } {
  const containers = [service, ...(service.sidecars ?? [])];
  return {
    cpu: sum(containers.map(({ cpu }) => cpu)),
    memoryInGi: sum(containers.map(({ memory }) => memoryInGi(memory))),
  };
}

/** Without what is lost in binary fractions. */
function sum(values: readonly number[]): number {
  return Math.round(values.reduce((total, value) => total + value, 0) * 1000) / 1000;
}
