import type { DeploymentConfig } from '../domain/config/model.ts';
import type { StepResource } from '../domain/desired.ts';
import type { OutputReader } from '../domain/outputs.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { RegisteredKind } from '../resources/registry.ts';

/** What an environment is exported from: nothing of it is looked up on Azure. */
export interface ExportInput {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  /** Everything that the steps want, once each and in their order, with these outputs of theirs. */
  wanted(outputs: OutputReader): readonly StepResource<RegisteredKind>[];
}
