import type { DeploymentConfig } from '../config/model.ts';
import type { SectionName, Unasked } from './names.ts';

/** The parts of a configuration by which it is told what it asks for. */
export type Sections = Pick<DeploymentConfig, 'unasked' | 'storage'>;

/**
 * Whether the environment is to have it: the one answer that steps, secrets, plan, preflight and drift go by. Of a file that
 * says nothing of a section the state decides, so ask it of a configuration with its kept sections (kept-sections.ts).
 */
export function hasSection(config: Sections, section: SectionName): boolean {
  return unaskedReason(config, section) === undefined;
}

/** Why a section is not asked for; undefined for one that is. A member that came later is absent where it is not asked for. */
export function unaskedReason({ unasked = {}, ...later }: Sections, section: SectionName): Unasked | undefined {
  const isAbsent = section === 'storage' && later.storage === undefined;
  return unasked[section] ?? (isAbsent ? 'absent' : undefined);
}

/** Whether a dotted path of the configuration says something of a section that the environment is not to have. */
export function isOfUnasked(
  { unasked = {}, containerApps }: Pick<DeploymentConfig, 'unasked' | 'containerApps'>,
  path: string,
): boolean {
  const [first = '', second = ''] = path.split('.');
  const section = first === 'locations' ? second : first;
  return Object.hasOwn(unasked, section) || (section === 'containerApps' && containerApps.isLeftOut === true);
}
