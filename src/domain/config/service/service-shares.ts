import type { ServiceContainers } from './service-containers.ts';

/** A volume that is a share of the storage account. */
export interface ShareVolume {
  /** Name of the volume. */
  readonly volume: string;
  readonly share: string;
  readonly isReadOnly: boolean;
  readonly mountOptions?: string;
}

export function shareVolumesOf({ volumes = {} }: Pick<ServiceContainers, 'volumes'>): readonly ShareVolume[] {
  return Object.entries(volumes).flatMap(([volume, { share, readOnly = false, mountOptions }]) =>
    share === undefined
      ? []
      : [{ volume, share, isReadOnly: readOnly, ...(mountOptions !== undefined && { mountOptions }) }],
  );
}
