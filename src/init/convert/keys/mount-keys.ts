import type { MOUNT_SHAPE } from '../../compose/shapes/service-shape.ts';
import type { ServiceFacts } from '../facts.ts';
import type { KeyTable } from '../key-row.ts';

/** What is taken of them is taken of all together. */
export const MOUNT_KEYS: KeyTable<ServiceFacts, keyof typeof MOUNT_SHAPE.keys> = {
  type: {
    becomes:
      '`volume`: a file share, or left; `tmpfs`: a volume that is empty at first; `bind` of one file: a file of `secrets`; other binds, `npipe`, `cluster` and `image` are left',
  },
  source: {
    becomes: 'the name of the share under `storage.shares`; without one it is left: its folder is in the container',
  },
  target: { becomes: 'the path in `mounts`' },
  read_only: { becomes: '`read_only` of a share' },
  bind: { becomes: 'left', left: 'it is of folders of the machine' },
  consistency: { becomes: 'nothing: it is of Docker Desktop' },
  image: { becomes: 'left', left: 'images cannot be mounted; COPY --from in the Dockerfile takes files of one' },
  tmpfs: { becomes: 'left', left: 'size and rights of a volume that is empty at first cannot be said' },
  volume: {
    becomes: '`subpath`, `nocopy` and labels are left',
    left: 'of a share the whole is mounted, and nothing is copied into it at first',
  },
};
