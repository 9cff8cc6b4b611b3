import type { Refusal } from '../refusal.ts';

/** Bodies of Microsoft.App in wire form, after their schema let them through; only what the simulator looks at. */

export interface Secret {
  readonly name?: string;
  readonly value?: string | null;
  readonly keyVaultUrl?: string | null;
  readonly identity?: string | null;
}

export interface RegistryCredentials {
  readonly server?: string;
  readonly identity?: string;
  readonly username?: string;
  readonly passwordSecretRef?: string;
}

export interface TrafficWeight {
  readonly revisionName?: string;
  readonly weight?: number;
  readonly latestRevision?: boolean;
  readonly label?: string;
}

export interface Ingress {
  readonly external?: boolean;
  readonly targetPort?: number;
  readonly exposedPort?: number;
  readonly transport?: string;
  readonly allowInsecure?: boolean;
  readonly traffic?: readonly TrafficWeight[] | null;
  readonly stickySessions?: { readonly affinity?: string } | null;
  readonly clientCertificateMode?: string | null;
  readonly corsPolicy?: object | null;
  readonly ipSecurityRestrictions?: readonly IpRestriction[] | null;
  readonly additionalPortMappings?: readonly PortMapping[] | null;
  readonly customDomains?: readonly CustomDomain[] | null;
}

export interface CustomDomain {
  readonly name?: string;
  readonly bindingType?: string;
  readonly certificateId?: string;
}

interface IpRestriction {
  readonly name?: string;
  readonly ipAddressRange?: string;
  readonly action?: string;
}

interface PortMapping {
  readonly external: boolean;
  readonly targetPort: number;
  readonly exposedPort?: number;
}

export interface Probe {
  readonly type?: 'Liveness' | 'Readiness' | 'Startup';
  readonly httpGet?: { readonly path?: string; readonly port: number; readonly scheme?: string };
  readonly tcpSocket?: { readonly port: number };
  readonly failureThreshold?: number;
  readonly successThreshold?: number;
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
}

interface EnvironmentVariable {
  readonly name?: string;
  readonly value?: string;
  readonly secretRef?: string;
}

export interface Volume {
  readonly name?: string;
  readonly storageType?: string;
  readonly storageName?: string;
  readonly mountOptions?: string;
}

export interface VolumeMount {
  readonly volumeName?: string;
  readonly mountPath?: string;
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[] | null;
  readonly resources?: { readonly cpu?: number; readonly memory?: string } | null;
  readonly probes?: readonly Probe[] | null;
  readonly volumeMounts?: readonly VolumeMount[] | null;
}

interface ScaleTrigger {
  readonly type?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly auth?: readonly { readonly secretRef?: string; readonly triggerParameter?: string }[] | null;
  readonly identity?: string | null;
}

export interface ScaleRule {
  readonly name?: string;
  readonly azureQueue?: ScaleTrigger | null;
  readonly custom?: ScaleTrigger | null;
  readonly http?: ScaleTrigger | null;
  readonly tcp?: ScaleTrigger | null;
}

export interface Scale {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly pollingInterval?: number | null;
  readonly cooldownPeriod?: number | null;
  readonly rules?: readonly ScaleRule[] | null;
}

export interface Template {
  readonly revisionSuffix?: string | null;
  readonly terminationGracePeriodSeconds?: number | null;
  readonly containers?: readonly Container[] | null;
  readonly initContainers?: readonly Container[] | null;
  readonly scale?: Scale | null;
  readonly volumes?: readonly Volume[] | null;
}

export interface Configuration {
  readonly secrets?: readonly Secret[] | null;
  readonly registries?: readonly RegistryCredentials[] | null;
  readonly identitySettings?: readonly { readonly identity: string }[] | null;
  readonly activeRevisionsMode?: string;
  readonly maxInactiveRevisions?: number | null;
  readonly ingress?: Ingress | null;
  /** Jobs. */
  readonly triggerType?: string;
  readonly replicaTimeout?: number;
}

/** A container app or a job. */
export interface Workload {
  readonly location: string;
  readonly identity?: {
    readonly type?: string;
    readonly userAssignedIdentities?: Readonly<Record<string, unknown>> | null;
  } | null;
  readonly properties?: {
    readonly environmentId?: string;
    readonly managedEnvironmentId?: string;
    readonly workloadProfileName?: string | null;
    readonly configuration?: Configuration | null;
    readonly template?: Template | null;
  };
}

/** What the simulator needs of a managed environment. */
export interface ManagedEnvironment {
  readonly id: string;
  readonly location: string;
  readonly properties: {
    readonly provisioningState?: string;
    readonly defaultDomain?: string;
    readonly workloadProfiles?: readonly { readonly name: string; readonly workloadProfileType: string }[] | null;
    readonly staticIp?: string;
    readonly customDomainConfiguration?: { readonly dnsSuffix?: string | null } | null;
    readonly vnetConfiguration?: { readonly infrastructureSubnetId?: string; readonly internal?: boolean } | null;
  };
}

export function refusal(code: string, message: string, status = 400): Refusal {
  return { status, code, message };
}

/** Azure's wrapper for what is wrong inside `template` and `configuration`. */
export function invalidField(field: string, details: string): Refusal {
  return refusal(
    'InvalidParameterValueInContainerTemplate',
    `The following field(s) are either invalid or missing. Field '${field}' is invalid with details: '${details}';.`,
  );
}
