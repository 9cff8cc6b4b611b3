import type { DeploymentConfig, ServiceConfig } from '../model.ts';

export interface RuleProblem {
  /** As the user writes it. Names of services, variables and tags may hold dots. */
  readonly path: readonly string[];
  readonly message: string;
  /** It is the key that is wrong, not its value. */
  readonly isAboutKey?: true;
}

export type Rule = (config: DeploymentConfig) => readonly RuleProblem[];

/** @param path dotted, where no name of the user's own is part of it */
export function problem(path: string | readonly string[], message: string): RuleProblem {
  return { path: typeof path === 'string' ? path.split('.') : path, message };
}

export function all({ services }: DeploymentConfig): readonly ServiceConfig[] {
  return [...services.application, ...services.infrastructure];
}
