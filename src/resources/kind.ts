import type { CostColumn } from '../domain/cost/meter.ts';
import type { DesiredResource, ResourceRules } from '../domain/desired.ts';
import type { NameRule } from '../domain/name-rules.ts';
import type { Json, JsonObject } from '../shared/json.ts';

/**
 * Everything that is known of one kind of Azure resource, besides the body of each: data and pure functions. Its children
 * are the kinds whose type continues its own. What asks, makes, finds, compares and removes resources loops over
 * the registry (registry.ts) and knows no kind by name.
 */
export interface ResourceKind<Type extends string = string> extends ResourceRules {
  readonly type: Type;
  /** The resource provider that a subscription must have registered; null for those that always are. */
  readonly provider: string | null;
  /** Those of what it makes besides itself, as a deployment of a template does. */
  readonly furtherProviders?: readonly string[];
  /** For a child: what stands between it and its parent, of which there is one, as in its id: `blobServices/default` (default nothing). */
  readonly within?: string;
  /** What Azure takes as a name. */
  readonly name: NameRule;
  /** How to ask whether a name that must be free in all of Azure is; null for names that count in their parent only. */
  readonly uniqueName: UniqueName | null;
  /** What Azure is asked before one is made, e.g. whether the region has it. */
  readonly availability: readonly AvailabilityCheck[];
  /** What Azure gives a subscription only so much of, so that one too many is refused (default none that it tells of). */
  readonly quotas?: readonly QuotaCheck[];
  /** As operations of roles call it, where that is not the type: `Microsoft.Resources/subscriptions/resourceGroups`. */
  readonly operations?: string;
  /** What its writer must be allowed to do that a Contributor is not; null for nothing. */
  readonly permission: NeededPermission | null;
  /** Dotted path of what it answers of itself by which others reach it: a host name, or an address with one. */
  readonly address?: string;
  /**
   * Of what an application uses besides its own apps: dotted path of what it answers of its condition, and what that says when all is
   * well.
   */
  readonly condition?: { readonly path: string; readonly good: string };
  /** For a child: what it is in takes one write at a time, so that a second one is refused meanwhile. */
  readonly serial?: true;
  /** Dotted path of what none is made without and is a secret → name of the secret that has it from then on. */
  readonly createdWith?: Readonly<Record<string, string>>;
  /** One gives somebody a right, so that what the right takes the place of can go after it. */
  readonly grants?: true;
  /** Dotted path of a field → who else lives by it as it is, and would be cut off by its write. */
  readonly dependents?: Readonly<Record<string, Dependents>>;
  /** What one costs. Absent: nothing is known of that. */
  readonly cost?: CostColumn;
  readonly deletion: Deletion;
  /** What Azure makes by itself for one, in its group, and leaves when it goes; what names another one before that (default nothing). */
  readonly companions?: readonly Companion[];
  /** How much data a live one holds, or what it was made for, in a few words; undefined where it does not tell. */
  dataSize?(live: JsonObject): string | undefined;
  /**
   * For a child: what one is that stands beside ours in the same parent; undefined for what is Azure's own. Without it those are
   * not looked for.
   */
  foreign?(live: JsonObject): ForeignChild | undefined;
  /**
   * For a child that others may make, too: what one does to the resource in which it is, e.g. `opens the server to the world`;
   * undefined for one that does no harm. What is a danger is removed once the deployment is healthy, whoever made it.
   */
  danger?(live: JsonObject): string | undefined;
  /** Its page in the portal, below `https://portal.azure.com/#@TENANT/resource`. @param id of the resource */
  portalPage(id: string): string;
}

/** One question to Azure Resource Manager that changes nothing. */
export type ArmQuestion =
  /** Answers the resource; undefined when there is none. */
  | { readonly method: 'GET'; readonly path: string; readonly apiVersion: string }
  /** Answers the members of all pages. */
  | { readonly method: 'LIST'; readonly path: string; readonly apiVersion: string }
  /** Answers what came back. */
  | { readonly method: 'POST'; readonly path: string; readonly apiVersion: string; readonly body: JsonObject };

/** A resource with everything that is known of its kind. */
export type KnownResource = DesiredResource<ResourceKind>;

export interface Dependents {
  /**
   * Lists in which they are to be found. Of each the widest first: where that may not be read, the next one has to do.
   *
   * @param subscription `/subscriptions/…`
   */
  questions(resource: Pick<DesiredResource, 'id'>, subscription: string): readonly (readonly ArmQuestion[])[];
  /**
   * Names of those who would be cut off, for people.
   *
   * @param found the members of the lists
   * @param own ids of resources and principals of the deployment itself, in lower case
   */
  cutOff(
    found: readonly JsonObject[],
    on: { readonly live: JsonObject; readonly own: ReadonlySet<string> },
  ): readonly string[];
  /** For people: what they live by. */
  readonly by: string;
  /** For people: what to do for them first. */
  readonly remedy: string;
  /** `keep`: the field stays as it is. `refuse`: nothing works with the field as it is. */
  readonly otherwise: 'keep' | 'refuse';
}

export interface UniqueName {
  /** @param subscription `/subscriptions/…` */
  question(resource: KnownResource, subscription: string): ArmQuestion;
  /** Why the name cannot be had, in a few words; undefined when it can. */
  problem(answer: Json | undefined): string | undefined;
}

export interface AvailabilityCheck {
  /** Equal questions are asked once. @param subscription `/subscriptions/…` */
  question(resource: KnownResource, subscription: string): ArmQuestion;
  /** What stands in the way, one sentence each. */
  problems(answer: Json | undefined, resource: KnownResource): readonly string[];
}

export interface QuotaCheck {
  /** Lists usages: members with `name.value`, `currentValue` and `limit`. Equal questions are asked once. @param subscription `/subscriptions/…` */
  question(resource: KnownResource, subscription: string): ArmQuestion;
  /** Of the usage that counts. */
  name(resource: KnownResource): string;
  /** For people, in the plural. */
  title(resource: KnownResource): string;
  /** How much of it a new one takes. */
  amount(resource: KnownResource): number;
}

export interface ForeignChild {
  /** For people: what it is or has. */
  readonly text: string;
}

export interface NeededPermission {
  /** As in role definitions, e.g. `Microsoft.Authorization/roleAssignments/write`. */
  readonly action: string;
  /** For people: what is done with it. */
  readonly title: string;
  /** Built-in roles that have it, for people. */
  readonly roles: string;
  /** The least of them. */
  readonly leastRole: string;
}

interface Deletion {
  /** `request`: by a DELETE of its own. `with-parent`: Azure has no DELETE for it. */
  readonly how: 'request' | 'with-parent';
  /** Whether a deleted one holds its name until it is recovered or its time is over, and how it is found. */
  readonly softDeleted: SoftDeletion | null;
  /** What Azure keeps of a deleted one; without: nothing. */
  afterlife?(live: JsonObject): Afterlife;
  /** It is in force again with the next resource of its parent's id, unless it is deleted before that. */
  readonly outlivesParent?: true;
  /** What else is lost with it, for people: `its own backups`. */
  readonly takes?: string;
  /** One that we made goes once the configuration wants it no more, instead of being left behind. */
  readonly whenUnwanted?: true;
}

interface Afterlife {
  readonly days: number;
  /** Nobody can have its name meanwhile. */
  readonly holdsName: boolean;
  /** Nobody can end it before its time. */
  readonly isProtected: boolean;
}

/** A type of which Azure makes resources by itself. Nobody else's looks the same: what somebody has changed is his. */
export interface Companion {
  readonly type: string;
  /** With which it is read and deleted. */
  readonly apiVersion: string;
  /**
   * For what Azure made it: an id; `any`: for all of the kind; undefined: it is not as Azure makes it.
   *
   * @param live as GET answers it
   */
  madeFor(live: JsonObject & { readonly id: string }): string | 'any' | undefined;
  /**
   * Lists of all in which others that live by it may be found: they name its id. Where one may not be read, it stays.
   *
   * @param subscription `/subscriptions/…`
   */
  namedBy(subscription: string): readonly ArmQuestion[];
}

export interface SoftDeletion {
  /** @param subscription `/subscriptions/…` */
  question(resource: KnownResource, subscription: string): ArmQuestion;
  /** Which resource it was: its id and its tags. */
  formerly(answer: Json): { readonly id: Json | undefined; readonly tags: Json | undefined };
  /** What is sent in a PUT that brings it back. */
  recovery(body: JsonObject): JsonObject;
}
