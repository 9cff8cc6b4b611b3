import { suggestion } from '../../../../shared/suggestion.ts';
import type { DeploymentConfig } from '../../model.ts';
import { mountsOf } from '../../service/service-containers.ts';
import { type Workload, workloads } from '../../workloads.ts';
import { problem, type RuleProblem, searchedProblem } from '../rule.ts';

/** A label of RFC 1123; with other names a revision never starts: https://github.com/MicrosoftDocs/azure-docs/issues/123092 */
const VOLUME_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** https://github.com/microsoft/azure-container-apps/issues/1576 */
const RESERVED = 'envoy-config';
/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data */
const FILE_NAME = /^(?!\.{1,2}$)[-._a-zA-Z0-9]+$/;

/** Every volume can be made and is somewhere, and what stands somewhere is there. */
export function volumePlaces(config: DeploymentConfig): readonly RuleProblem[] {
  return workloads(config).flatMap((one) => [...wrongVolumes(one), ...wrongMounts(one)]);
}

function wrongVolumes({ place, workload }: Workload): readonly RuleProblem[] {
  const mounted = new Set(mountsOf(workload).map(({ volume }) => volume));
  return Object.entries(workload.volumes ?? {}).flatMap(([name, { secrets }]) => {
    const at = [...place, 'volumes', name];
    if (!VOLUME_NAME.test(name) || name === RESERVED) {
      const message = `found the name ${JSON.stringify(name)}; allowed: lower-case letters, digits and hyphens, but not ${RESERVED}`;
      return [{ ...problem(at, message), isAboutKey: true as const }];
    }
    const files = Object.keys(secrets ?? {});
    return [
      ...(mounted.has(name) ? [] : [problem(at, 'is mounted nowhere; name its place in mounts: {/path: volume}')]),
      ...(secrets && files.length === 0 ? [problem([...at, 'secrets'], 'names no file')] : []),
      ...files.flatMap((file) => {
        if (FILE_NAME.test(file)) return [];
        const message = `found the file name ${JSON.stringify(file)}; allowed: letters, digits, . _ and -`;
        return [{ ...problem([...at, 'secrets', file], message), isAboutKey: true as const }];
      }),
    ];
  });
}

/** https://github.com/hashicorp/terraform-provider-azurerm/issues/29419 */
function wrongMounts({ place, workload }: Workload): readonly RuleProblem[] {
  const names = Object.keys(workload.volumes ?? {});
  return mountsOf(workload).flatMap(({ path, mountPath, volume }) => {
    const at = [...place, ...path];
    if (!/^\/[^:\s]+$/.test(mountPath)) {
      const message = `found the path ${JSON.stringify(mountPath)}; allowed: one that begins with /, is more than that, and has no colon`;
      return [{ ...problem(at, message), isAboutKey: true as const }];
    }
    if (names.includes(volume)) return [];
    return [
      searchedProblem(at, () => {
        const meant = suggestion(volume, names);
        const hint = meant ? `; did you mean ${meant}?` : `; ${place.join('.')}.volumes defines it`;
        return `there is no volume ${JSON.stringify(volume)}${hint}`;
      }),
    ];
  });
}
