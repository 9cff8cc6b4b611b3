import { describe, expect, it } from 'vitest';
import { imageFinder } from '../../../src/source/image-files.ts';
import { openDirectory } from '../../../src/source/source-tree.ts';
import { tempDirectory, writeTree } from '../../helpers/temp.ts';
import { DOCKERFILE_CASES, dockerfileOf, TREE } from './dockerfile-cases.ts';
import { image } from './images.ts';

describe('the files that a build sees', () => {
  it.each(DOCKERFILE_CASES)('hold $title', async (one) => {
    const directory = await tempDirectory();
    await writeTree(directory, { ...(one.files ?? TREE), Dockerfile: dockerfileOf(one) });
    if (one.ignore !== undefined) await writeTree(directory, { '.dockerignore': one.ignore });
    const { builder = 'buildkit', buildArguments = {}, expected } = one;

    const tree = await openDirectory(directory, {});
    const { entries, problems } = await imageFinder(tree)({ ...image, builder, buildArguments });

    expect(problems).toEqual([]);
    const names = entries.map(({ kind, path }) => (kind === 'directory' ? `${path}/` : path));
    const wanted = expected === 'everything' ? Object.keys(one.files ?? TREE) : expected;
    // Both are sent whether or not an instruction takes them.
    const sent = ['Dockerfile', ...(one.ignore === undefined ? [] : ['.dockerignore'])];
    expect(names).toEqual([...new Set([...wanted, ...sent])].sort());
  });
});
