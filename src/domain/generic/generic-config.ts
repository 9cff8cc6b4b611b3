import type { JsonObject } from '../../shared/json.ts';
import { templateNamed } from '../templates/template-key.ts';

/**
 * A resource of any type, as the configuration has it. Texts may hold references (domain/references): those of `name`, `parent`,
 * `scope`, `location` and `body`.
 */
export interface GenericResourceConfig {
  /** `Microsoft.ServiceBus/namespaces` */
  readonly type: string;
  readonly apiVersion: string;
  /** With the names of its parents before it, `bus/orders`, where neither `parent` nor `scope` says what it is in. */
  readonly name: string;
  /** Key of another resource of this kind, or an id: what it is a child of. */
  readonly parent?: string;
  /** Id of what it is an extension of, or of the place in which it is, where that is not the group. */
  readonly scope?: string;
  /** Absent: its type has none. */
  readonly location?: string;
  /** Whether it carries tags, ours among them. */
  readonly tags: boolean;
  /** Without location. */
  readonly body: JsonObject;
  /** By names of the user: dotted path of what a live one answers of itself. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Names of outputs that are no secrets, although they look like some. */
  readonly publicOutputs?: readonly string[];
  /** By names of the user: what it answers only to whoever asks with an action. */
  readonly secrets?: Readonly<Record<string, SecretAction>>;
  /** Whether something is lost with it. */
  readonly holdsData: boolean;
  /** Dotted paths of the body that Azure takes and never answers. */
  readonly writeOnly?: readonly string[];
  /** Dotted paths that Azure answers and takes in no request. */
  readonly readOnly?: readonly string[];
  /** Dotted paths of arrays of the body in which nobody else has a say. */
  readonly wholeArrays?: readonly string[];
  /** Keys of others that it needs without naming them. */
  readonly dependsOn?: readonly string[];
  /** POST below it by which it is read, where Azure answers no GET. */
  readonly readAction?: string;
  /** Of a Functions app: the archive in the source tree that is published to it. */
  readonly package?: string;
}

export interface SecretAction {
  /** Below its id: `listKeys`, `authorizationRules/RootManageSharedAccessKey/listKeys`. */
  readonly action: string;
  /** In the answer, dotted. */
  readonly path: string;
  /** What the action is given; absent: nothing. */
  readonly body?: JsonObject;
  /** Kept as it stands in the query of an address. */
  readonly isUrlEncoded?: true;
  /** Others make it anew, so each plan asks for it. */
  readonly isWatched?: true;
  /** By which it is made where there is none, and made anew when the step is forced that stores it. */
  readonly make?: MakeAction;
}

export interface MakeAction {
  /** PUT below its id: `host/default/functionKeys/ci`. */
  readonly put: string;
  readonly body: JsonObject;
}

export type GenericResources = Readonly<Record<string, GenericResourceConfig>>;

/** By which the state, plans and options know it; a template has its own kind of key already. */
export function genericKey(name: string): string {
  return templateNamed(name) === undefined ? `resource:${name}` : name;
}

/** `orders` of a type's last part and `bus/orders`, as they stand in turn in an id. */
export function typedPath(type: string, name: string): string {
  const [namespace = '', ...types] = type.split('/');
  const names = name.split('/');
  return [namespace, ...types.flatMap((part, index) => [part, names[index] ?? ''])].join('/');
}

/** `Microsoft.ServiceBus/namespaces` of `Microsoft.ServiceBus/namespaces/queues`; undefined for one of the first level. */
export function parentType(type: string): string | undefined {
  const parts = type.split('/');
  return parts.length > 2 ? parts.slice(0, -1).join('/') : undefined;
}
