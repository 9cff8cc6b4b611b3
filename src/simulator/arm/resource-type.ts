import type { JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import type { StoredOperation, StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import type { ArmReply, ArmRequest } from './message.ts';

/** A write that is about to be accepted. */
export interface Write {
  readonly world: World;
  readonly id: string;
  readonly name: string;
  /** What the resource will be: the sent body, over the old one for PATCH. */
  readonly body: JsonObject;
  /** What was sent. */
  readonly sent: JsonObject;
  readonly before: StoredResource | undefined;
  /** Of the request: defaults may differ between versions. */
  readonly apiVersion: string;
  /** Of the request, by names in lower case. */
  readonly headers: ArmRequest['headers'];
}

/** A request below a resource: `…/revisions/x`, `…/listKeys`. */
export interface SubRequest {
  readonly world: World;
  readonly resource: StoredResource;
  readonly request: ArmRequest;
  /** The rest of the path, in lower case but for names. */
  readonly rest: readonly string[];
}

/**
 * One resource type of Azure: what it accepts, how long it takes, and what it adds. The kernel does the rest: existence of
 * group and parent, API version, schema, name, immutable fields, tags, operations, lists, soft errors.
 * `types/resource-group.ts` is the smallest one, to start a new one from.
 */
export interface ResourceType {
  readonly type: string;
  /** Versions it answers to; the first one is current. */
  readonly apiVersions: readonly string[];
  readonly name: RegExp;
  /** What a wrong name is answered with. */
  readonly nameError?: string;
  /** Attached to any resource or scope: role assignments, diagnostic settings. */
  readonly extension?: true;
  /** Top-level resources of a group are in its list; children and extensions are not. */
  readonly listed: boolean;
  /**
   * `sync`: answered when done. `status`: with Azure-AsyncOperation: 201, of a PUT again 200, of a PATCH 202. `location`: 202 with
   * Location alone and no body, of a PUT again and of a PATCH as `sync`; where it fails, nothing was made. `state`: 201 or 200 with the
   * resource, whose `provisioningState` alone tells when it is done. A deletion that takes no time is sync.
   */
  readonly style: 'sync' | 'status' | 'location' | 'state';
  /** A new one is answered with 200, too. */
  readonly createdAs200?: true;
  /** A PATCH is answered with 200 and the resource, for its clients know no 202; other types answer 202 and nothing. */
  readonly patchAnswersBody?: true;
  /** The type has no `provisioningState`. */
  readonly withoutProvisioningState?: true;
  /** Version in the addresses of operations, where it is not the request's. */
  readonly statusApiVersion?: string;
  /** What a `provisioningState` is called here, where it is not `Creating`, `Updating`, `Deleting`, `Succeeded` or `Failed`. */
  readonly states?: Readonly<Record<string, string>>;
  /** Only goes with its parent: there is no DELETE. */
  readonly undeletable?: true;
  /** A deletion that takes no time answers what the resource was. */
  readonly deletionAnswersBody?: true;
  /** Attached to a resource that goes, it comes back with the next resource of that id. */
  readonly outlivesTarget?: true;
  readonly seconds: { readonly create: number; readonly update: number; readonly delete: number };
  /** Code of the 409 while another operation is under way. */
  readonly busyCode?: string;
  /**
   * Writes that exclude each other: by default those of one resource; `parent`: all of the parent's, as children of a server;
   * `children`: its own and those of its children, as the server itself.
   */
  readonly exclusiveOn?: 'parent' | 'children';
  /** Dotted paths that cannot change after creation; the location never can. */
  readonly immutable?: readonly string[];
  /** Dotted paths that are accepted and never returned. */
  readonly writeOnly?: readonly string[];
  /** No location of its own. */
  readonly withoutLocation?: true;
  /** Unique over all of Azure: the same name elsewhere is refused with this code. */
  readonly globalName?: string;
  /** Why a wrong name is not available, where it is not `Invalid`. */
  readonly invalidNameReason?: string;
  /** Its name is part of an address, so that words of Azure's own are kept from it. */
  readonly hasAddress?: true;
  /** Refuses a write at once. */
  check?(write: Write): Refusal | undefined;
  /** Carries out an accepted write; what it answers is the operation's failure. */
  apply?(
    write: Write & {
      readonly resource: StoredResource;
      /** The body before this write. */
      readonly previous: JsonObject | undefined;
      readonly endsAt: number;
    },
  ): Refusal | undefined;
  /** Hears of the operation of an accepted write; what waits for something outside says when it ends. */
  begun?(operation: StoredOperation, resource: StoredResource, world: World): void;
  /** What Azure fills in for members that nobody sent; of many types `types/defaults.ts` has it. */
  defaults?(resource: StoredResource): JsonObject;
  /** What GET answers, beyond the stored body and the defaults. */
  view?(resource: StoredResource, world: World): JsonObject;
  /** Hears how an accepted deletion was asked for, before anything of it happens. */
  beginDelete?(resource: StoredResource, query: URLSearchParams): void;
  /** Refuses a deletion; the headers are those of its request, none where a group takes it with it. */
  checkDelete?(resource: StoredResource, world: World, headers: ArmRequest['headers']): Refusal | undefined;
  /** Carries out a deletion. */
  remove?(resource: StoredResource, world: World): void;
  /** What Azure does by itself as time goes by; called with every request, for every resource of the type. */
  elapse?(resource: StoredResource, world: World): void;
  /** Whether something below the resource is there that is none of its own here, and to which roles can be given. */
  holds?(resource: StoredResource, rest: readonly string[], world: World): boolean;
  /** Requests below the resource. */
  handle?(call: SubRequest): Promise<ArmReply | undefined> | ArmReply | undefined;
}
