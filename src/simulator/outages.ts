import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { environmentOf } from './container-apps/app.ts';
import { environmentId } from './container-apps/app-rules.ts';
import type { Cloud } from './container-apps/cloud.ts';
import { pullImages } from './container-apps/image-pull.ts';
import type { Template, Workload } from './container-apps/model.ts';
import { type RevisionSet, revisionPhase } from './container-apps/revision.ts';
import { secretReferenceProblem } from './container-apps/secret-references.ts';
import { trafficWeights } from './container-apps/traffic.ts';
import { mountFailureMessage } from './container-apps/volumes/mounts.ts';
import type { StoredResource } from './store.ts';
import { revisionsOf } from './types/container-app.ts';
import type { World } from './world.ts';

const TYPE = 'Microsoft.App/containerApps';

/**
 * What users of the apps would notice at this moment, or at the next restart of a replica: an app whose traffic reaches no
 * healthy revision, and one that serves but could not pull its image, mount its shares or read its secrets again. Replicas are moved to other
 * machines without anybody's doing (https://learn.microsoft.com/azure/container-apps/application-lifecycle-management).
 */
export function outages(world: World): readonly string[] {
  const cloud = world.cloud();
  return world
    .resourcesOfType(TYPE)
    .flatMap((app) => problemsOf(cloud, app, revisionsOf(app, world)).map((problem) => `${app.name}: ${problem}`));
}

function problemsOf(cloud: Cloud, app: StoredResource, set: RevisionSet): readonly string[] {
  const weights = [...trafficWeights(set)].filter(([, weight]) => weight > 0);
  const serving = set.records.filter(({ name }) => weights.some(([revision]) => revision === name));
  const isServed = serving.some((record) => revisionPhase(set, record) === 'healthy');
  if (!isServed) return ['no healthy revision has traffic'];
  const workload = workloadOf(app.body, set);
  const unpulled = serving.flatMap(({ template }) => {
    const pulled = pullImages(cloud, 'container app', app.name, workload, (template as Template).containers ?? []);
    return 'failure' in pulled ? [`a new replica could not pull: ${pulled.failure.message}`] : [];
  });
  const environment = environmentId(workload) ?? '';
  const unmounted = serving.flatMap(({ template }) => mountFailureMessage(cloud, environment, template) ?? []);
  const unread = secretReferenceProblem(cloud, workload, environmentOf(cloud, workload));
  return [
    ...unpulled,
    ...unmounted.map((message) => `a new replica could not mount: ${message}`),
    ...(unread ? [`a new replica could not read its secrets: ${unread.message}`] : []),
  ];
}

/** The app with the configuration that serves: that of a write counts from the end of its operation. */
function workloadOf(body: JsonObject, { configuration }: RevisionSet): Workload {
  const properties = isJsonObject(body.properties) ? body.properties : {};
  return { ...body, properties: { ...properties, configuration } } as unknown as Workload;
}
