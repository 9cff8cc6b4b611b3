import { type CodedWarning, coded, type WarningCode } from '../../warnings/warning-codes.ts';
import type { DeploymentConfig, ServiceConfig } from '../model.ts';

export interface RuleProblem {
  /** As the user writes it. Names of services, variables and tags may hold dots. */
  readonly path: readonly string[];
  readonly message: string;
  /** It is the key that is wrong, not its value. */
  readonly isAboutKey?: true;
}

/** Something that is not wrong, and can be acknowledged. */
export interface RuleWarning extends RuleProblem {
  readonly message: CodedWarning;
}

export type Rule = (config: DeploymentConfig) => readonly RuleProblem[];

/** @param path dotted, where no name of the user's own is part of it */
export function problem(path: string | readonly string[], message: string): RuleProblem {
  return { path: typeof path === 'string' ? path.split('.') : path, message };
}

/** @param path as that of a problem */
export function warning(path: string | readonly string[], code: WarningCode, message: string): RuleWarning {
  return { path: problem(path, '').path, message: coded(code, message) };
}

/**
 * A problem whose words take a search, such as for what was meant: they are found when somebody reads them. Of most problems of a text
 * that is meant to hurt nobody is told.
 */
export function searchedProblem(path: readonly string[], message: () => string): RuleProblem {
  return {
    path,
    get message() {
      return message();
    },
  };
}

export function all({ services }: DeploymentConfig): readonly ServiceConfig[] {
  return [...services.application, ...services.infrastructure];
}
