import type { Json, JsonObject } from '../shared/json.ts';
import type { DeploymentConfig } from './config/model.ts';
import type { OutputReader } from './outputs.ts';
import type { Dangers, FieldSettings } from './ownership/owner.ts';
import type { StepName } from './steps.ts';

/** What is the same for all resources of a kind, as far as comparing, writing and recording them needs it. */
export interface ResourceRules {
  /** As Azure Resource Manager writes it, e.g. `Microsoft.KeyVault/vaults`. */
  readonly type: string;
  /** The version of the management API that it is read, written and deleted with. */
  readonly apiVersion: string;
  /**
   * The version that stands in fingerprints: the one with which the kind was first made, so that a newer `apiVersion` runs no
   * step again (default `apiVersion`).
   */
  readonly fingerprintVersion?: string;
  /**
   * `tagged`: carries our tag, and is ours only then. `child`: belongs to a resource of ours and takes no tags. `recorded`: neither,
   * and ours only where the state knows it.
   */
  readonly ownership: 'tagged' | 'child' | 'recorded';
  /**
   * How one list call for the resource group shows it: as a `member`, not at all (`absent`: children, extensions), or by
   * answering (`group`: the group is not among its own resources).
   */
  readonly listing: 'member' | 'group' | 'absent';
  readonly holdsData: boolean;
  /** How changes are written (update-request.ts). `put`: in the whole of the live body. `patch`: by themselves. */
  readonly update: 'put' | 'patch';
  /** Dotted path of a field that Azure does not always answer → what it is then. */
  readonly implied?: Readonly<Record<string, Json>>;
  /** Dotted paths of body fields that Azure refuses to change after creation. */
  readonly immutable: readonly string[];
  /** Dotted paths sent when creating and neither compared nor sent later. */
  readonly createOnly: readonly string[];
  /** Fields that keys of the configuration decide. Each field of a body stands in one of these five columns, or in `createOnly`. */
  readonly settings: FieldSettings;
  /** Dotted path of what the deployment is not safe without → the danger where it is otherwise. Wanted whoever changed it. */
  readonly invariants: Dangers;
  /**
   * Whether a live body is as safe as the one that we would make, although its invariants differ: then they are their owner's, as
   * other fields are. Without it only equal ones are.
   */
  isAsSafe?(live: JsonObject, desired: JsonObject): boolean;
  /**
   * Dotted path of a field that what runs now may still need as it is → what its write ends, for people. Of a resource that exists
   * they are written apart, once everything has what takes their place (late-fields.ts).
   */
  readonly late?: Readonly<Record<string, string>>;
  /** Dotted paths of choices that are ours at creation only. */
  readonly defaults: readonly string[];
  /** Dotted paths of what is made of names, outputs and builds, and of what the applications need to reach the resource. */
  readonly computed: readonly string[];
  /** Dotted paths of arrays whose members are merged field by field; a member of any other array is one value. */
  readonly nestedMembers?: readonly string[];
  /** Dotted paths of arrays of which a member of ours has nothing but what we say of it: one way of signing in, not two. */
  readonly wholeMembers?: readonly string[];
  /** Dotted paths of arrays that are ours whole: a member that somebody else put there goes, as soon as the array is ours. */
  readonly wholeArrays?: readonly string[];
  /** Dotted paths of arrays of named members whose order counts. */
  readonly sequences?: readonly string[];
  /**
   * Dotted paths of fields that are taken out again when they are wanted no more; `**`: of all that was applied. All others then stay
   * as they are, since what the configuration does not name is its owner's.
   */
  readonly withdrawn?: readonly string[];
  /**
   * Dotted paths of what Azure takes and never answers, or of what must not be looked at: what was last applied stands for what is
   * live, and every write has it.
   */
  readonly writeOnly?: readonly string[];
  /**
   * Only Azure knows how it writes values down: what it answers right after a write counts as what was written, and what it does not
   * answer is sent again with every write.
   */
  readonly respells?: true;
  /** POST below it by which it is read, where Azure answers no GET. */
  readonly readAction?: string;
  /** Limit for the long-running operation; `advanced.operation_timeout` may raise it. */
  readonly timeoutInSeconds: number;
  /** Why Azure refuses a body as a whole that it would take field by field; asked of what exists as a write would leave it. */
  contradiction?(body: JsonObject): string | undefined;
  /** Ends of provisioning, in lower case, that are failures of this kind although of no other. */
  readonly failures?: readonly string[];
  /** Dotted path of what the resource says about its last change (default `properties.provisioningState`). */
  readonly provisioningState?: string;
  /** Dotted paths, through arrays too, that Azure computes and refuses in a request. */
  readonly readOnly?: readonly string[];
  /** Dotted path → a key in it that is not kept when anything else below the path changes. */
  readonly renewed?: Readonly<Record<string, string>>;
  /** Dotted paths of sizes, versions and floors of which a larger live value is as good, and that are never lowered. */
  readonly onlyGrows?: readonly string[];
  /** Dotted paths of arrays in which Azure or others keep members of their own; everywhere else an extra one differs. */
  readonly openArrays?: readonly string[];
  /** Of `openArrays` those whose other members are people's and not Azure's, so that drift tells of them. */
  readonly toldArrays?: readonly string[];
  /** Dotted paths of values whose case does not count. */
  readonly caseless?: readonly string[];
  /** Dotted paths that change in normal operation, so that a difference there is no drift. */
  readonly volatile?: readonly string[];
  /** How one is found that Azure takes for the same although it has another id, so that it refuses a second. */
  readonly equivalents?: Equivalents;
  /** Lies in what is not ours, where others may have made the same: how it tells that we did. */
  readonly claim?: Claim;
  /**
   * False: never deleted to be made anew, not even with --allow-replace (default true). `unasked`: whenever it must be another one, since
   * nothing is in it, and what it was for is gone.
   */
  readonly replaceable?: boolean | 'unasked';
}

interface SecuredMember {
  /** Told with the change. */
  readonly danger: string;
  /** Displayed path of the outermost member that is not ours: itself, or what it is in. */
  readonly theirs: string;
}

interface Claim {
  /** Dotted path of what has the keys of our tags. What does not have them is never written, not even to take it over. */
  readonly at: string;
  /** Whether somebody else's does what ours would, so that it stays and ours is not made. */
  suffices(live: JsonObject, desired: JsonObject): boolean;
  /** For people: what it says. */
  text(live: JsonObject): string;
}

interface Equivalents {
  /** What the collection, at the same scope, is asked for; undefined while that is not known. */
  query(body: JsonObject): Readonly<Record<string, string>> | undefined;
  isSame(desired: Pick<DesiredResource, 'id' | 'body'>, live: JsonObject): boolean;
}

/**
 * A resource as it should be: the ARM body we would send, a pure function of configuration and outputs.
 * Only the fields in `body` are ours; everything else of the live resource is left as it is.
 */
export interface DesiredResource<Kind extends ResourceRules = ResourceRules> {
  readonly kind: Kind;
  /** Stable key, e.g. `postgresql`, `app:api_gateway`, `role:acr-pull`. */
  readonly key: string;
  /** For people: `PostgreSQL server draftgenie-postgres`. */
  readonly title: string;
  /** The step that makes it, where another one asks for it; whoever asks a step for its resources fills it in. */
  readonly step?: StepName;
  /** Full ARM id; what precedes it in the graph may be symbols while planning. */
  readonly id: string;
  /** Wire form, with `properties`. */
  readonly body: JsonObject;
  /** Instead of the kind's, where it depends on what runs in the resource. */
  readonly holdsData?: boolean;
  /** Besides the kind's. */
  readonly openArrays?: readonly string[];
  /** Dotted path of an array → names of members that were ours and are to go, also from an open array. */
  readonly dropped?: Readonly<Record<string, readonly string[]>>;
  /**
   * Displayed paths of members in the body that are somebody else's and stay so: they are wanted only because what is there is
   * dangerous.
   */
  readonly secured?: Readonly<Record<string, SecuredMember>>;
  /**
   * Azure makes it with its parent, and as we want it: nothing is written and no step depends on it unless somebody changed it.
   */
  readonly asFound?: true;
  /** Dotted paths of fields of which the configuration says two things: live wins on what exists, until one was written. */
  readonly contested?: readonly string[];
  /** Instead of the kind's. */
  readonly volatile?: readonly string[];
  /** Besides the kind's: fields that keys of a section of its own decide, e.g. of its service. */
  readonly settings?: FieldSettings;
  /** Besides the kind's. */
  readonly invariants?: Dangers;
  /** Plain paths of texts that are lists of names with commas between, which others add to: only names of ours come and go. */
  readonly lists?: readonly string[];
  /** What comes of a change besides the change, for people: `the server restarts`. */
  readonly effect?: string;
  /** Plain paths of fields that stay as they are, since others would be cut off. */
  readonly needed?: readonly string[];
  /** Of a resource of any type: dotted keys of the configuration that decide all of it, so that its step depends on them. */
  readonly configKeys?: readonly string[];
  /** Of a resource of any type: keys of those that it needs, so that they are there before it and go after it. */
  readonly needs?: readonly string[];
  /**
   * Plain paths of fields with a write of their own, also of what is new: what they name is made in between. The step that lists the
   * resource in `finishes` sees to them.
   */
  readonly later?: readonly string[];
  /** Plain paths: this write is limited to them. */
  readonly only?: readonly string[];
}

export interface DesireInput {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly outputs: OutputReader;
}

/** A resource with the step that makes it and repairs it. */
export type StepResource<Kind extends ResourceRules = ResourceRules> = DesiredResource<Kind> & {
  readonly step: StepName;
};

/** The pure part of a step: what it wants to exist. */
export type Desire<Kind extends ResourceRules = ResourceRules> = (
  input: DesireInput,
) => readonly DesiredResource<Kind>[];

/** What it must be like to be safe, by the dangers of anything else. */
export function invariantsOf({
  kind,
  invariants,
}: Pick<DesiredResource, 'invariants'> & { readonly kind: Pick<ResourceRules, 'invariants'> }): Dangers {
  return { ...kind.invariants, ...invariants };
}

/** The pure part of a step that makes no bodies: values by the names of dependencies, made of configuration and outputs. No secrets. */
export type Derives = (input: DesireInput) => Readonly<Record<string, Json>>;

/** Whether something is lost with it. */
export function holdsData({ kind, holdsData }: Pick<DesiredResource, 'kind' | 'holdsData'>): boolean {
  return holdsData ?? kind.holdsData;
}

/** Dotted paths of the arrays in which others may keep members. */
export function openArrays({
  kind,
  openArrays = [],
}: {
  readonly kind: Pick<ResourceRules, 'openArrays'>;
  readonly openArrays?: readonly string[];
}): readonly string[] {
  return [...(kind.openArrays ?? []), ...openArrays];
}
