import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createSteps } from '../../../src/activities/activities.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { parseConfig } from '../../../src/domain/config/parse.ts';
import type { Drift } from '../../../src/domain/drift.ts';
import { findDrift, ownedResources } from '../../../src/planning/drift/find-drift.ts';
import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { type Application, applicationIn, LAST_STEPS } from './example-application.ts';

const HEAD = `
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
container_registry: { name: shopacr }
key_vault: { name: shop-kv }
secrets: { token: "env:TOKEN" }
release: { health_timeout: 60 }
`;

/** Three images: one that listens, one that does not, one whose containers end at once. */
const SOURCES: Readonly<Record<string, string>> = {
  'web.Dockerfile': 'FROM alpine:3\nCOPY web.txt /\nEXPOSE 8080\n',
  'web.txt': 'web',
  'worker.Dockerfile': 'FROM alpine:3\nCOPY worker.txt /\n',
  'worker.txt': 'worker',
  'crash.Dockerfile': 'FROM alpine:3\nCOPY crash.txt /\n',
  'crash.txt': 'simulator:unhealthy=crash',
};

/** Services of one's own, deployed by steps 9 to 14 on the simulator. */
export interface OwnApplication extends Application {
  /** Once more, with these services; the writes of apps that it took. */
  deploy(services: string): Promise<readonly string[]>;
  /** As Azure answers it. */
  live(app: string): Promise<JsonObject>;
  container(app: string, name?: string, list?: 'containers' | 'initContainers'): Promise<JsonObject>;
  ingress(app: string): Promise<JsonObject | undefined>;
  /** Somebody changes the app by a merge PATCH. */
  change(app: string, properties: JsonObject): Promise<void>;
  /** Key of a resource and path of what is not as it was left. */
  drift(): Promise<readonly string[]>;
}

/** @param services YAML below `services:` */
export function configOf(services: string): DeploymentConfig {
  const result = parseConfig(`${HEAD}services:\n${services}`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

export async function ownApplication(services: string, pace?: 'instant' | 'azure'): Promise<OwnApplication> {
  const folder = await tempDirectory();
  for (const [path, text] of Object.entries(SOURCES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const app = await applicationIn(folder, configOf(services), pace);
  const { environment } = app;
  const idOf = (name: string): string =>
    `/subscriptions/${environment.simulator.subscriptionId}/resourceGroups/shop-rg/providers/Microsoft.App/containerApps/${name}`;
  const own: OwnApplication = {
    ...app,
    async deploy(changed) {
      environment.config = configOf(changed);
      environment.newWrites();
      for (const step of LAST_STEPS) await app.run(step);
      return environment
        .newWrites()
        .flatMap((write) => /^(?:PUT|PATCH) .*\/containerApps\/([^/]+)$/.exec(write)?.[1] ?? []);
    },
    async live(name) {
      const found = await environment.azure.arm.get(idOf(name), '2026-07-01');
      if (!found) throw new Error(`there is no app ${name}`);
      return found;
    },
    async container(name, container = name, list = 'containers') {
      const all = jsonAt(await own.live(name), `properties.template.${list}`);
      const found = (Array.isArray(all) ? all : []).find((one) => isJsonObject(one) && one.name === container);
      return isJsonObject(found) ? found : {};
    },
    async ingress(name) {
      const found = jsonAt(await own.live(name), 'properties.configuration.ingress');
      return isJsonObject(found) ? found : undefined;
    },
    async change(name, properties) {
      await environment.finish(await environment.azure.arm.patch(idOf(name), '2026-07-01', { properties }));
    },
    async drift() {
      const { azure, config, state } = environment;
      const sources = { azure, environment: 'default', config, state };
      const found: readonly Drift[] = await findDrift(sources, ownedResources(sources, createSteps()));
      return found.map(({ key, path }) => `${key} ${path}`).sort();
    },
  };
  await own.deploy(services);
  return own;
}
