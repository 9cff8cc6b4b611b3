import type { BUILD_SHAPE } from '../../compose/shapes/build-shape.ts';
import { itemsOf, memberOf, membersOf, type Tree } from '../../compose/tree.ts';
import type { BuildFacts } from '../facts.ts';
import type { KeyTable } from '../key-row.ts';
import { composeText, isTrue } from '../text.ts';

const OF_BUILDER = 'the builder of the registry has no such setting';
const CACHES = 'the registry builds without caches of others';

export const BUILD_KEYS: KeyTable<BuildFacts, keyof typeof BUILD_SHAPE.keys> = {
  context: {
    becomes: '`build.context`, relative to the folder of the configuration; a repository is refused',
    take: (tree, facts) => {
      facts.context = composeText(tree) ?? '.';
    },
  },
  dockerfile: {
    becomes: '`build.dockerfile`',
    take: (tree, facts) => {
      const text = composeText(tree);
      if (text) facts.dockerfile = text;
    },
  },
  dockerfile_inline: { becomes: 'refused: it has to be a file' },
  target: {
    becomes: '`build.target`',
    take: (tree, facts) => {
      const text = composeText(tree);
      if (text) facts.target = text;
    },
  },
  args: {
    becomes: '`build.args`; one that looks like a secret is left, since everybody can see it in the image',
    take: (tree, facts) => {
      for (const [name, value] of membersOf(tree)) facts.args.set(name, value);
    },
  },
  secrets: {
    becomes: '`build.secrets`, from `secrets`',
    take: (tree, facts, { path }) => {
      for (const [index, item] of itemsOf(tree).entries()) {
        const source = composeText(memberOf(item, 'source')) ?? '';
        const id = composeText(memberOf(item, 'target')) || source;
        facts.secrets.push({ id, source, place: item.place, path: `${path}.${index}` });
      }
    },
  },
  platforms: {
    becomes: 'linux/amd64 is what is built anyway; others are left',
    left: (tree) => (isAmd64(tree) ? undefined : 'images are built for linux/amd64, which is what Azure runs'),
  },
  additional_contexts: { becomes: 'left', left: `${OF_BUILDER}; copy what is needed into the context` },
  ssh: { becomes: 'left', left: `${OF_BUILDER}; give a token as a secret of the build` },
  tags: { becomes: 'left', left: 'images are tagged by the digest of their sources' },
  labels: { becomes: 'left', left: 'labels of images are not set; LABEL in the Dockerfile is' },
  cache_from: { becomes: 'left', left: CACHES },
  cache_to: { becomes: 'left', left: CACHES },
  no_cache: { becomes: 'left, where it is true', left: (tree) => (isTrue(tree) ? CACHES : undefined) },
  no_cache_filter: { becomes: 'left', left: CACHES },
  pull: { becomes: 'so anyway: base images are always pulled' },
  entitlements: { becomes: 'left', left: OF_BUILDER },
  extra_hosts: { becomes: 'left', left: OF_BUILDER },
  isolation: { becomes: 'left', left: OF_BUILDER },
  network: { becomes: 'left', left: OF_BUILDER },
  privileged: { becomes: 'left', left: OF_BUILDER },
  provenance: { becomes: 'left', left: OF_BUILDER },
  sbom: { becomes: 'left', left: OF_BUILDER },
  shm_size: { becomes: 'left', left: OF_BUILDER },
  ulimits: { becomes: 'left', left: OF_BUILDER },
};

function isAmd64(tree: Tree): boolean {
  return itemsOf(tree).some((item) => (composeText(item) ?? '').startsWith('linux/amd64'));
}
