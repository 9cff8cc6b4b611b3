import type { Json, JsonObject } from '../../../shared/json.ts';
import type { Expression } from './parse-expression.ts';

/** What is wrong with a template, in words for whoever wrote it. */
export class TemplateError extends Error {}

/** A value that is there only when the deployment has come so far: what other resources answer of themselves. */
export class NotKnownYet extends TemplateError {}

/** Where a deployment is: its subscription, and the group unless it is one of the subscription itself. */
export interface Place {
  readonly subscriptionId: string;
  readonly group?: string;
}

/** What resources answer while a deployment is under way. */
export interface LiveResources {
  /** @throws TemplateError nothing is there, or its version is not known */
  reference(resource: string, apiVersion: string | undefined, isFull: boolean): Json;
  /** An action whose name begins with `list`. */
  list(action: string, resource: string, apiVersion: string, body: Json): Json;
}

/** A function of the template's own: https://learn.microsoft.com/azure/azure-resource-manager/templates/user-defined-functions */
export interface UserFunction {
  readonly parameters: readonly string[];
  readonly output: Json;
}

/** What an expression sees. */
export interface Scope {
  readonly place: Place;
  /** @throws TemplateError there is none of that name */
  parameter(name: string): Json;
  variable(name: string): Json;
  /** By lower-case `namespace.name`. */
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** Of the loops around, by name; the innermost is `''`. */
  readonly copies: ReadonlyMap<string, number>;
  readonly lambdas: ReadonlyMap<string, Json>;
  /** The functions that say where and by whom is deployed. */
  readonly surroundings: Readonly<
    Record<'deployment' | 'subscription' | 'resourceGroup' | 'tenant' | 'deployer' | 'environment', () => Json>
  >;
  /** Undefined where nothing is deployed yet. */
  readonly live: LiveResources | undefined;
  /** Of a default value of a parameter alone: the time, in milliseconds. */
  readonly now?: number;
}

/** A function that is given values. */
export type Call = (args: readonly Json[], scope: Scope, name: string) => Json;

/** A function that decides itself which of its arguments are looked at, and in which scope. */
export type LazyCall = (
  args: readonly Expression[],
  scope: Scope,
  evaluate: (expression: Expression, scope: Scope) => Json,
) => Json;

export type Functions = Readonly<Record<string, Call>>;

export function textOf(value: Json | undefined, name: string): string {
  if (typeof value === 'string') return value;
  throw wrongArguments(name);
}

export function numberOf(value: Json | undefined, name: string): number {
  if (typeof value === 'number') return value;
  throw wrongArguments(name);
}

export function listOf(value: Json | undefined, name: string): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw wrongArguments(name);
}

export function wrongArguments(name: string): TemplateError {
  return new TemplateError(
    `The template language function '${name}' was invoked with invalid parameters. Please see https://aka.ms/arm-functions for usage details.`,
  );
}

/** As names in templates are looked for: in any case. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const found = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : object[found];
}
