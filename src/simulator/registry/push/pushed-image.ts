import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../shared/json.ts';
import { isSickness } from '../../sickness.ts';
import { type ImageBehaviour, unknownImage } from '../image.ts';

/**
 * How containers of an image behave whose configuration was pushed
 * (https://github.com/opencontainers/image-spec/blob/main/config.md): ports, variables and labels stand there, files do not, so that
 * sickness is a label, too: `draftgenie.simulator.unhealthy=KIND`.
 */
export function pushedBehaviour(configuration: JsonObject): ImageBehaviour {
  const config = jsonAt(configuration, 'config');
  const { ExposedPorts, Env, Labels, Cmd, Entrypoint } = isJsonObject(config) ? config : {};
  const environment = Object.fromEntries(texts(Env).map((pair) => splitPair(pair)));
  const labels = isJsonObject(Labels) ? Labels : {};
  const paths = labels['draftgenie.simulator.health'] ?? environment.DRAFTGENIE_SIMULATOR_HEALTH;
  const kind = labels['draftgenie.simulator.unhealthy'];
  const ports = Object.keys(isJsonObject(ExposedPorts) ? ExposedPorts : {}).map((port) => Number(port.split('/')[0]));
  return {
    ...unknownImage,
    exposedPorts: ports,
    readsPort:
      Object.hasOwn(environment, 'PORT') || /\$\{?PORT\b/.test([...texts(Entrypoint), ...texts(Cmd)].join(' ')),
    environment,
    healthPaths:
      paths === undefined
        ? null
        : String(paths)
            .split(',')
            .map((path) => path.trim()),
    sickness: kind === undefined ? null : isSickness(String(kind)) ? (String(kind) as never) : 'probes',
  };
}

/** `linux/arm64` of a configuration, or of an entry of an index; undefined of what is no image, as attestations are. */
export function platformOf(described: Json | undefined): string | undefined {
  const { os, architecture } = isJsonObject(described) ? described : {};
  return typeof os === 'string' && typeof architecture === 'string' && os !== 'unknown'
    ? `${os}/${architecture}`
    : undefined;
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
