import { type Json, type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import type { SimulatorOptions } from '../../../../src/simulator/simulator.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { appBody, createSurroundings, type Surroundings } from '../../../helpers/simulated-application.ts';
import { type ManualClock, manualClock } from '../../../helpers/simulated-clock.ts';

export const APP = 'providers/Microsoft.App/containerApps/api';
export const WORKSPACE = 'providers/Microsoft.OperationalInsights/workspaces/log-demo';
const SETTING = 'providers/Microsoft.Insights/diagnosticSettings/logs';

/** An environment that sends its logs to a workspace, by a clock that goes on when it is told. */
export interface LoggingApp {
  readonly clients: SimulatedClients;
  readonly around: Surroundings;
  readonly clock: ManualClock;
  readonly customerId: string;
  /** The body of the app with one container of a public image. */
  body(template?: JsonObject, configuration?: JsonObject): JsonObject;
  put(template?: JsonObject, configuration?: JsonObject): Promise<JsonObject>;
  query(query: string, more?: JsonObject): Promise<Answer>;
  /** Records of what was found, by the names of columns. */
  records(query: string): Promise<readonly JsonObject[]>;
}

export async function loggingApp(
  destination: 'log-analytics' | 'azure-monitor' | 'none',
  options: Partial<SimulatorOptions> = { profile: 'realistic', speed: 1 },
): Promise<LoggingApp> {
  const clock = manualClock();
  const clients = await simulatedClients({ ...options, clock });
  const around = await createSurroundings(clients);
  const made = await clients.create(WORKSPACE, { location: 'westeurope', properties: {} }, '2025-07-01');
  const customerId = String(jsonAt(made, 'properties.customerId'));
  const appLogsConfiguration = {
    destination,
    ...(destination === 'log-analytics' && { logAnalyticsConfiguration: { customerId, sharedKey: 'a key' } }),
  };
  await clients.create(
    around.environment,
    { location: 'westeurope', properties: { appLogsConfiguration } },
    '2026-01-01',
  );
  clock.advance(100);
  const body: LoggingApp['body'] = (template, configuration) =>
    appBody(around, {
      configuration: { registries: [], activeRevisionsMode: 'Multiple', ...configuration },
      template: { containers: [{ name: 'app', image: 'ghcr.io/org/app:1' }], ...template },
    });
  const query: LoggingApp['query'] = async (text, more = {}) => {
    const { token } = await clients.credential.getToken('https://api.loganalytics.io/.default');
    const url = `https://api.loganalytics.azure.com/v1/workspaces/${customerId}/query`;
    return await clients.send('POST', url, { token, body: { query: text, ...more } });
  };
  return {
    clients,
    around,
    clock,
    customerId,
    body,
    async put(template, configuration) {
      const app = await clients.create(APP, body(template, configuration), '2026-01-01');
      clock.advance(30);
      return app;
    },
    query,
    async records(text) {
      const { status, text: answered, body: found } = await query(text);
      if (status !== 200) throw new Error(`${status} ${answered}`);
      const [table] = found.tables as unknown as { columns: { name: string }[]; rows: Json[][] }[];
      return (table?.rows ?? []).map((row) =>
        Object.fromEntries((table?.columns ?? []).map(({ name }, index) => [name, row[index] ?? null])),
      );
    },
  };
}

/** Has all logs of the environment sent to the workspace from now on, or those of the given categories. */
export async function sendBySetting(
  { clients, around }: LoggingApp,
  categories = ['ContainerAppConsoleLogs', 'ContainerAppSystemLogs'],
): Promise<void> {
  const logs = categories.map((category) => ({ category, enabled: true }));
  const workspaceId = `${clients.group}/${WORKSPACE}`;
  await clients.create(`${around.environment}/${SETTING}`, { properties: { workspaceId, logs } }, '2021-05-01-preview');
}
