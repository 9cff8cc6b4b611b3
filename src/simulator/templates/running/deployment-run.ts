import type { JsonObject } from '../../../shared/json.ts';
import type { Refusal } from '../../refusal.ts';
import type { PlannedResource } from '../definition/steps.ts';
import type { Place } from '../expressions/scope.ts';

/** What a nested deployment sees of the template around it, where its expressions are evaluated in the scope of that one. */
export interface OuterNames {
  readonly template: JsonObject;
  readonly parameters: JsonObject;
  /** Turns of the loops around it, by name. */
  readonly copies: Readonly<Record<string, number>>;
}

/** A resource of a deployment, and how far it has come; what `operations` lists. */
export interface DeploymentStep extends PlannedResource {
  /** Keys of those that come before. */
  readonly after: readonly string[];
  readonly operationId: string;
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'canceled';
  /** Of the resource, or of the nested deployment. */
  operation?: string;
  startedAt?: string;
  endedAt?: string;
  /** What the write was answered, or how its operation ended. */
  error?: Refusal;
  /** The write itself was accepted, and failed later. */
  wasAccepted?: boolean;
}

export type DeploymentMode = 'Incremental' | 'Complete';

/** A deployment of a template: plain JSON, so that it goes on where a simulator was stopped. */
export interface DeploymentRun {
  readonly id: string;
  readonly name: string;
  readonly place: Place;
  readonly location?: string;
  readonly tags?: JsonObject;
  readonly apiVersion: string;
  readonly template: JsonObject;
  /** By declared names, secrets too; empty when it has ended. */
  parameters: JsonObject;
  readonly parameterViews: JsonObject;
  readonly mode: DeploymentMode;
  readonly outer?: OuterNames;
  /** Who deploys: everything in it is asked for with his rights. */
  readonly principal: string;
  readonly origin: string;
  readonly correlationId: string;
  readonly startedAt: string;
  readonly operation: string;
  readonly steps: DeploymentStep[];
  /** Its first resources were begun. */
  isBegun?: true;
  /** Of mode Complete: what is still to be deleted. */
  deletions?: RunDeletion[];
  end?: DeploymentEnd;
}

export interface RunDeletion {
  readonly id: string;
  /** While it is being deleted. */
  operation?: string;
  failure?: Refusal;
}

interface DeploymentEnd {
  readonly state: 'Succeeded' | 'Failed' | 'Canceled';
  readonly at: string;
  readonly error?: Refusal;
  /** As they are answered: secure ones without their values. */
  readonly outputs?: JsonObject;
  /** Values of secure ones, for the deployment around it. */
  readonly secureOutputs?: JsonObject;
}
