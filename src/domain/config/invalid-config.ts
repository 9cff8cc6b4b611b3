import { UserError } from '../../shared/errors.ts';
import type { ConfigProblem } from './model.ts';

/** A configuration with problems; its message counts them, and whoever tells of it names each with its place. */
export class InvalidConfig extends UserError {
  readonly problems: readonly ConfigProblem[];

  /**
   * @param where lines of the message that name the problems, for who shows nothing but the message
   * @param environment the one as which it was read, where that is to be told
   */
  constructor(problems: readonly ConfigProblem[], where: readonly string[] = [], environment?: string) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const end = where.length === 0 ? '.' : `:\n${where.join('\n')}`;
    const whose = environment === undefined ? '' : ` of the environment ${environment}`;
    super(`The configuration${whose} has ${count}${end}`, { code: 'config_invalid' });
    this.problems = problems;
  }
}
