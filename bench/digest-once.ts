import { openSource } from '../src/source/source-tree.ts';

/** Digests of so many images of one context in a process of their own, as a deployment begins with. */
const [directory = '', cacheFile = '', images = '1'] = process.argv.slice(2);
const source = await openSource(directory, { cacheFile });
const digests = await Promise.all(
  Array.from({ length: Number(images) }, (_, index) =>
    source.imageDigest({
      service: `bench-${index}`,
      buildContext: '.',
      dockerfile: 'Dockerfile',
      platform: 'linux/amd64',
      builder: 'classic',
      buildArguments: { INDEX: String(index) },
    }),
  ),
);
process.stdout.write(`${digests.join('\n')}\n`);
