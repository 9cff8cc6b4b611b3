import type { Json } from '../../shared/json.ts';
import type { DeploymentConfig } from '../config/model.ts';
import type { DesireInput } from '../desired.ts';
import type { SectionName } from '../sections/names.ts';

/** What one reference stands for. */
export interface ReferenceTarget {
  /** As text where it stands inside of a longer one, else with its own type; symbols for outputs that are not known yet. */
  value(input: DesireInput): Json;
  /** The section without which there is none of it; absent: it is there always, or its key says so. */
  readonly section?: SectionName;
}

/** What a part of the configuration offers to references, by their full names: `services.api.address`. */
export type ReferenceSource = (config: DeploymentConfig) => Readonly<Record<string, ReferenceTarget>>;
