import type { DeploymentConfig } from '../../domain/config/model.ts';
import { imageUsers } from '../../domain/config/workloads.ts';
import { imageReference } from '../../domain/images/image-reference.ts';
import { outputReference, outputSymbol, recordedOutput } from '../../domain/outputs.ts';
import type { Plan } from '../../domain/plan-schema.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { WantedImage } from '../../preflight/images.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import type { WantedResource } from '../forecast.ts';
import type { LiveResources } from '../live-resources.ts';

interface Planned {
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  readonly wanted: readonly WantedResource[];
  readonly live: LiveResources;
}

/** Images that a plan brings somewhere where they do not run yet, but for those that are built. */
export function newImages({ resources }: Pick<Plan, 'resources'>, planned: Planned): readonly WantedImage[] {
  const written = new Set(
    resources.flatMap(({ action, key }) => (['create', 'adopt', 'update'].includes(action) ? [key] : [])),
  );
  const known = knownImages(planned.config);
  const own = ownServers(planned);
  return planned.wanted.flatMap(({ resource: { key, id, body } }) => {
    if (!written.has(key)) return [];
    const live = planned.live.get(id.toLowerCase());
    const running = live === undefined || live === 'unreadable' ? [] : imagesIn(live);
    return imagesIn(body)
      .map((image) => known.get(image) ?? image)
      .filter((image) => !image.includes('${') && !running.includes(image) && !own.has(imageReference(image).server))
      .map((image) => ({ key, image }));
  });
}

/** What stands for images that are given, or built elsewhere, in bodies. */
function knownImages(config: DeploymentConfig): ReadonlyMap<string, string> {
  const { registry } = config.docker;
  return new Map(
    imageUsers(config).flatMap(({ key, name, image }) => {
      const given = image ?? (registry && `${registry.server}/${name}:latest`);
      return given === undefined ? [] : [[outputSymbol(outputReference(['image', key])), given] as const];
    }),
  );
}

/** The registry in which images are built. */
function ownServers({ config, state }: Planned): ReadonlySet<string> {
  const recorded = recordedOutput(state, 'loginServer');
  return new Set([`${config.containerRegistry.name}.azurecr.io`, recorded ?? ''].map((server) => server.toLowerCase()));
}

function imagesIn(body: JsonObject): readonly string[] {
  return ['containers', 'initContainers'].flatMap((key) =>
    objectsIn(jsonAt(body, `properties.template.${key}`)).flatMap(({ image }) =>
      scalarText(image) === '' ? [] : [scalarText(image)],
    ),
  );
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
