import type { StepName } from '../domain/steps.ts';
import type { Json } from '../shared/json.ts';

/** What every language of infrastructure code can say of a body: literals, and texts with something of elsewhere in them. */
export type Value =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | Text
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | ObjectValue;

export interface ObjectValue {
  readonly kind: 'object';
  readonly members: readonly Member[];
}

export interface Member {
  readonly key: readonly Part[];
  readonly value: Value;
}

/** Parts one after the other; a single term keeps its own type. */
export interface Text {
  readonly kind: 'text';
  readonly parts: readonly Part[];
}

export type Part = string | Term;

/** What is of elsewhere. Those of `build` are wired into their module: printers meet neither `environment` nor `property` of others. */
export type Term =
  /** `id`, `name` or a dotted path of what a resource answers, by the key of the resource; once wired, one of the same module. */
  | { readonly kind: 'property'; readonly of: string; readonly path: string }
  /** A parameter of the whole, before it is handed to the module. */
  | { readonly kind: 'environment'; readonly name: string; readonly member?: string; readonly secure?: true }
  | { readonly kind: 'parameter'; readonly name: string; readonly member?: string; readonly secure?: true }
  /** What another module leaves; in the main file only. */
  | { readonly kind: 'output'; readonly module: string; readonly name: string }
  | { readonly kind: 'subscriptionId' }
  | { readonly kind: 'tenantId' }
  /** A parameter without its hyphens. */
  | { readonly kind: 'unhyphenated'; readonly name: string }
  /** Who deploys the code. */
  | { readonly kind: 'deployer' }
  /** The id of what belongs to the subscription itself, e.g. a definition of a role. */
  | { readonly kind: 'subscriptionResource'; readonly type: string; readonly name: string }
  /** What the parameter has under that name; else a GUID that is the same for the same parts. */
  | { readonly kind: 'guid'; readonly parameter: string; readonly member: string; readonly parts: readonly Text[] };

export interface Parameter {
  readonly name: string;
  readonly type: 'string' | 'object';
  readonly description: string;
  /** Its value is a secret, and stands nowhere. */
  readonly secure?: true;
}

/** A parameter of the whole, with what it is in this environment. */
export interface EnvironmentParameter extends Parameter {
  /** Undefined: `otherwise`, or for a secret what `secret` says. */
  readonly value?: Json;
  readonly otherwise?: Value;
  /** Name of the secret in the environment's vault that has the value. */
  readonly secret?: string;
}

/** Something that is there, or is made elsewhere, and in which resources of a module lie. */
export interface Existing {
  readonly symbol: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly name: Value;
  readonly parent?: string;
  readonly scope?: string;
}

export interface ExportedResource {
  /** Its key in the state. */
  readonly key: string;
  readonly symbol: string;
  /** For people. */
  readonly title: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly name: Value;
  /** Symbol of what it is a child of, in the same module. */
  readonly parent?: string;
  /** Symbol of what it is an extension of, in the same module. */
  readonly scope?: string;
  /** Id of what it lies in. */
  readonly parentId: Text;
  readonly body: ObjectValue;
  /** What is sent besides and is a secret. */
  readonly secretBody?: ObjectValue;
  /** Symbols of those of the same module that come first although nothing of them stands in the body. */
  readonly after: readonly string[];
  /** As it is known on Azure; undefined: it was not made yet. */
  readonly id?: string;
}

/** Where the resources of a module lie. */
export type ModuleScope =
  | { readonly kind: 'group' }
  | { readonly kind: 'subscription' }
  | {
      readonly kind: 'other';
      /** Absent: the environment's. */
      readonly subscription?: string;
      readonly group: string;
    };

export interface ExportedModule {
  readonly step: StepName;
  /** As a file: `key-vault`. */
  readonly name: string;
  readonly symbol: string;
  readonly title: string;
  readonly scope: ModuleScope;
  readonly parameters: readonly Parameter[];
  /** What the main file gives for each parameter. */
  readonly given: Readonly<Record<string, Term>>;
  readonly existing: readonly Existing[];
  readonly resources: readonly ExportedResource[];
  readonly outputs: readonly { readonly name: string; readonly value: Term }[];
  /** Symbols of modules that come first although nothing of theirs is given. */
  readonly after: readonly string[];
}

/** An environment as code, before it is written in any language. */
export interface ExportedProject {
  readonly environment: string;
  /** For people: what it is. */
  readonly title: string;
  readonly parameters: readonly EnvironmentParameter[];
  /** The vault from which secret parameters are read; undefined: it is not there yet. */
  readonly vault?: { readonly subscriptionId: string; readonly group: string; readonly name: string };
  readonly group: ExportedResource;
  readonly modules: readonly ExportedModule[];
  /** What the code cannot say, for people. */
  readonly notes: readonly string[];
}
