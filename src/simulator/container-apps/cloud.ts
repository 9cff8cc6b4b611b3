import type { JsonObject } from '../../shared/json.ts';
import type { RecordType } from '../dns/record.ts';
import type { SecretStore } from '../key-vault/secret-store.ts';
import type { RegistryContent } from '../registry/content.ts';
import type { ForeignImages } from '../registry/foreign/foreign-image.ts';
import type { SicknessOrders } from '../sickness.ts';
import type { MountFailure } from '../storage/mount-failure.ts';

/** A resource as the simulated Azure has it: what was sent, with the outputs it computed. */
export interface CloudResource {
  readonly id: string;
  readonly name: string;
  readonly body: JsonObject;
}

/** What Container Apps sees of the rest of the simulated Azure; given by the kernel's adapter, by literals in tests. */
export interface Cloud {
  /** Milliseconds since 1970, by the simulator's clock. */
  readonly now: number;
  /** How many milliseconds something takes here that takes so many seconds on Azure. */
  duration(seconds: number): number;
  /** So many seconds of Azure as they are this time. */
  varied(seconds: number): number;
  /** Ids are compared without regard to case. */
  resource(id: string): CloudResource | undefined;
  resourcesOfType(type: string): readonly CloudResource[];
  /** True when the principal holds one of the roles (definition GUIDs) at the scope or above, propagation over. */
  hasRole(principalId: string, scope: string, roles: readonly string[]): boolean;
  secretsOf(vaultId: string): SecretStore;
  contentOf(registryId: string): RegistryContent | undefined;
  /** Why a replica that starts now could not mount the share behind a storage of its environment. */
  mountFailure(storageId: string): MountFailure | undefined;
  /** Whether a registry takes this user, its admin user, with this password. */
  isRegistryUser(registryId: string, username: string, password: string): boolean;
  /** What is known of images of other registries. */
  readonly foreignImages: ForeignImages;
  /** What the public DNS says: the data of the records of a type behind a name, aliases followed. */
  lookup(name: string, type: RecordType): readonly string[];
  /** By which a name is shown to be the subscription's; the same for all its apps and environments. */
  readonly customDomainVerificationId: string;
  /** Who was told to be unhealthy. */
  readonly unhealthy: SicknessOrders;
}

/** Role definitions of Azure; source: built-in roles documentation. */
export const Role = {
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  acrDelete: 'c2f4ef07-c644-48eb-af81-4b1b4947fb11',
  acrPush: '8311e382-0749-4cb8-b61a-304f252e45ec',
  registryRepositoryReader: 'b93aa761-3e63-49ed-ac28-beffa264f7ac',
  registryRepositoryWriter: '2a1e307c-b015-4ebd-883e-5b7698a07328',
  registryTasksContributor: 'fb382eab-e894-4461-af04-94435c366c3f',
  keyVaultAdministrator: '00482a5a-887f-4fb3-b363-3b7fe8e74483',
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
} as const;
