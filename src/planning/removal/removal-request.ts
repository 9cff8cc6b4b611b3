import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { DestroyOptions } from '../../domain/run.ts';
import type { EnvironmentState } from '../../domain/state.ts';

export interface RemovalRequest {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly destroy: DestroyOptions;
  readonly state: EnvironmentState;
}
