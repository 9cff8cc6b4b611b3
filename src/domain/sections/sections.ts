import type { DeploymentConfig } from '../config/model.ts';
import type { SectionName } from './names.ts';

/**
 * Whether the environment is to have it: the one answer that steps, secrets, plan, preflight and drift go by. Of a file that
 * says nothing of a section the state decides, so ask it of a configuration with its kept sections (kept-sections.ts).
 */
export function hasSection({ unasked = {} }: Pick<DeploymentConfig, 'unasked'>, section: SectionName): boolean {
  return unasked[section] === undefined;
}

/** Whether a dotted path of the configuration says something of a section that the environment is not to have. */
export function isOfUnasked({ unasked = {} }: Pick<DeploymentConfig, 'unasked'>, path: string): boolean {
  const [first = '', second = ''] = path.split('.');
  return Object.hasOwn(unasked, first === 'locations' ? second : first);
}
