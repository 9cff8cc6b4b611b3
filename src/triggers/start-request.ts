import type { StartOptions } from '../domain/api/requests.ts';
import type { ParsedConfig } from '../domain/config/model.ts';
import type { Engine } from '../runs/engine.ts';
import { runOptions } from '../runs/run-options.ts';
import type { StartEngine, StartRequest } from '../runs/start-request.ts';
import type { AppServices } from './app-services.ts';

/** What a call, or an upload, that brings a configuration asks for. */
export function deploymentOf(
  { config }: ParsedConfig,
  options: StartOptions,
): Pick<StartRequest, 'config' | 'options' | 'source' | 'waits' | 'resetsState'> {
  return {
    config,
    options: runOptions(options, config),
    source: options.source ?? null,
    waits: options.onBusy === 'wait',
    resetsState: options.resetState,
  };
}

export function sharedEngine({ storage }: AppServices, engine: Engine): StartEngine {
  return { kind: 'shared', engine, storage };
}
