import { openSource } from '../src/source/source-tree.ts';

/** One digest in a process of its own, as a deployment begins with. */
const [directory = '', cacheFile = ''] = process.argv.slice(2);
const source = await openSource(directory, { cacheFile });
const digest = await source.imageDigest({
  service: 'bench',
  buildContext: '.',
  dockerfile: 'Dockerfile',
  platform: 'linux/amd64',
  builder: 'classic',
});
process.stdout.write(`${digest}\n`);
