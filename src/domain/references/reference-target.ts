import type { Json } from '../../shared/json.ts';
import type { DeploymentConfig } from '../config/model.ts';
import type { DesireInput } from '../desired.ts';
import type { SectionName } from '../sections/names.ts';

/** What one reference stands for. */
export interface ReferenceTarget {
  /**
   * As text where it stands inside of a longer one, else with its own type; symbols for outputs that are not known yet, and for a
   * secret what stands for its value (secret-marks.ts).
   */
  value(input: DesireInput): Json;
  /** The section without which there is none of it; absent: it is there always, or its key says so. */
  readonly section?: SectionName;
  /** Of what is a secret: `vault`, what the vault has; `resource`, what a resource answers, so that only the vault may get it. */
  readonly secret?: 'vault' | 'resource';
}

/** Everything that references of one configuration may name. */
export interface ReferenceTargets {
  /** By full name. */
  readonly targets: ReadonlyMap<string, ReferenceTarget>;
  /**
   * A value with what its references stand for, however deep they are. A text that is one reference gets the type of what it names; in
   * a longer text everything becomes text.
   */
  resolve(value: Json, input: DesireInput): Json;
}

/**
 * What a part of the configuration offers to references, by their full names: `services.api.address`.
 *
 * @param all for parts whose own texts hold references; complete when a value is asked for, not before
 */
export type ReferenceSource = (
  config: DeploymentConfig,
  all: ReferenceTargets,
) => Readonly<Record<string, ReferenceTarget>>;
