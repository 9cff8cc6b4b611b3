import type { App } from './app.ts';
import type { Runner } from './runner.ts';

/** What every command of the action works with. */
export interface Step {
  readonly runner: Runner;
  readonly app: App;
}
