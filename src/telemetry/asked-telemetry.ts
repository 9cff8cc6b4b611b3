import { once } from '../shared/once.ts';
import type { Telemetry } from './ports.ts';
import { telemetrySettings } from './settings.ts';

/**
 * The telemetry that the variables ask for; undefined: none. The libraries are loaded when there is something to tell, and never without.
 *
 * @param warn is told once what is not sent, and why
 */
export function askedTelemetry(
  variables: Readonly<Record<string, string | undefined>>,
  warn: (message: string) => void,
): Telemetry | undefined {
  const settings = telemetrySettings(variables);
  if (!settings) return undefined;
  for (const problem of settings.problems) warn(`OpenTelemetry: ${problem}`);
  if (!settings.traces && !settings.metrics) return undefined;
  let isTold = false;
  const tell = (message: string): void => {
    if (!isTold) warn(`OpenTelemetry: ${message}. The run is not affected; this is told once.`);
    isTold = true;
  };
  let isOpen = false;
  const sdk = once(async () => {
    isOpen = true;
    try {
      return (await import('./sdk/open-sdk.ts')).openSdk(settings, tell);
    } catch (error) {
      tell(`nothing is sent: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  });
  return {
    async activity(name, input, requestOf, perform) {
      const opened = await sdk();
      return await (opened ? opened.activity(name, input, requestOf, perform) : perform());
    },
    runEnded: async (run) => await (await sdk())?.runEnded(run),
    end: async () => {
      if (isOpen) await (await sdk())?.end();
    },
  };
}
