import { keys, type Shape, TEXT_OR_LIST, TEXTS, VARIABLES } from './shape.ts';

/** https://github.com/compose-spec/compose-spec/blob/main/build.md */
export const BUILD_SHAPE = {
  keys: {
    ...keys(
      'context',
      'dockerfile',
      'dockerfile_inline',
      'isolation',
      'network',
      'no_cache',
      'privileged',
      'provenance',
      'pull',
      'sbom',
      'shm_size',
      'target',
    ),
    no_cache_filter: TEXT_OR_LIST,
    additional_contexts: VARIABLES,
    args: VARIABLES,
    cache_from: TEXTS,
    cache_to: TEXTS,
    entitlements: TEXTS,
    extra_hosts: { items: { isText: true }, each: TEXT_OR_LIST },
    labels: VARIABLES,
    platforms: TEXTS,
    secrets: {
      items: { isText: true, keys: keys('source', 'target', 'uid', 'gid', 'mode') },
    },
    ssh: { isText: true, ...VARIABLES },
    tags: TEXTS,
    ulimits: { each: { isText: true, keys: keys('soft', 'hard') } },
  },
} as const satisfies Shape;
