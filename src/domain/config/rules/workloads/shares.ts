import { suggestion } from '../../../../shared/suggestion.ts';
import type { DeploymentConfig } from '../../model.ts';
import { knownImage } from '../../service/known-images.ts';
import { mountsOf } from '../../service/service-containers.ts';
import { shareVolumesOf } from '../../service/service-shares.ts';
import { type Workload, workloads } from '../../workloads.ts';
import { all, problem, type RuleProblem, searchedProblem } from '../rule.ts';

/** A volume is one thing, and says nothing that has no meaning for it. */
export function volumeKinds(config: DeploymentConfig): readonly RuleProblem[] {
  return workloads(config).flatMap(({ place, workload: { volumes = {} } }) =>
    Object.entries(volumes).flatMap(([name, { secrets, share, readOnly, mountOptions }]) => {
      const at = [...place, 'volumes', name];
      if (share !== undefined)
        return secrets ? [problem([...at, 'secrets'], 'and share are two volumes; make two, or keep one of them')] : [];
      return Object.entries({ read_only: readOnly, mount_options: mountOptions }).flatMap(([option, value]) =>
        value === undefined ? [] : [problem([...at, option], 'has no meaning without share')],
      );
    }),
  );
}

/** Every share that is mounted is one of the account; whether there is an account is asked elsewhere (domain/sections/needs.ts). */
export function knownShares(config: Pick<DeploymentConfig, 'services' | 'jobs' | 'storage'>): readonly RuleProblem[] {
  const { storage } = config;
  if (!storage) return [];
  const names = Object.keys(storage.shares);
  return workloads(config).flatMap(({ place, workload }) =>
    shareVolumesOf(workload).flatMap(({ volume, share }) => {
      if (names.includes(share)) return [];
      return [
        searchedProblem([...place, 'volumes', volume, 'share'], () => {
          const meant = suggestion(share, names);
          const hint = meant ? `; did you mean ${meant}?` : '; storage.shares defines it';
          return `there is no share ${JSON.stringify(share)}${hint}`;
        }),
      ];
    }),
  );
}

/** Images whose data is not to lie on a share at all. */
export function refusedShares(config: DeploymentConfig): readonly RuleProblem[] {
  return workloads(config).flatMap(({ place, workload }) =>
    shareVolumesOf(workload).flatMap(({ volume }) =>
      imagesWith(workload, volume).flatMap((image) => {
        const refused = knownImage(image)?.refused;
        if (refused === undefined) return [];
        const message = `${refused}, on which its data would break; use its cloud, or do without the share`;
        return [problem([...place, 'volumes', volume, 'share'], message)];
      }),
    ),
  );
}

/** Replicas of which each would take the same files for its own. */
export function sharedReplicas(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap((service) => {
    const { key, maxReplicas } = service;
    const single = shareVolumesOf(service)
      .flatMap(({ volume }) => imagesWith(service, volume))
      .map(knownImage)
      .find((image) => image?.isSingle);
    if (!single || maxReplicas === 1) return [];
    const message = `is ${maxReplicas}, and all replicas of ${single.title} would write the same files of its share; 1 is possible`;
    return [problem(['services', key, 'max_replicas'], message)];
  });
}

/** Images of the containers in which a volume stands somewhere. */
function imagesWith(workload: Workload['workload'], volume: string): readonly string[] {
  const found = mountsOf(workload).flatMap(({ path: [list, index], volume: mounted }) => {
    if (mounted !== volume) return [];
    const side = list === 'sidecars' || list === 'init' ? workload[list]?.[Number(index)] : undefined;
    return side?.image ?? workload.image ?? [];
  });
  return [...new Set(found)];
}
