import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CHANGES } from './benchmarks/changes.ts';
import { cold } from './benchmarks/cold.ts';
import { cost } from './benchmarks/cost.ts';
import { deployment } from './benchmarks/deployment.ts';
import { engine } from './benchmarks/engine.ts';
import { environments } from './benchmarks/environments.ts';
import { history } from './benchmarks/history.ts';
import { load } from './benchmarks/load.ts';
import { LOOKS } from './benchmarks/looks.ts';
import { manyRuns } from './benchmarks/many-runs.ts';
import { noOp } from './benchmarks/no-op.ts';
import { packageSize } from './benchmarks/package.ts';
import { page } from './benchmarks/page.ts';
import { printing } from './benchmarks/printing.ts';
import { scale } from './benchmarks/scale.ts';
import { sequential } from './benchmarks/sequential.ts';
import { services } from './benchmarks/services.ts';
import { source } from './benchmarks/source.ts';
import { uploads } from './benchmarks/uploads.ts';
import type { Benchmark, Figure } from './figure.ts';
import { table } from './table.ts';

/**
 * Measures, prints a table with the targets beside the figures, and keeps the figures in `bench/results/`.
 * Usage: npm run bench [-- NAME …]
 */
const BENCHMARKS: readonly Benchmark[] = [
  deployment,
  ...CHANGES,
  ...LOOKS,
  sequential,
  noOp,
  cold,
  printing,
  engine,
  source,
  uploads,
  services,
  environments,
  history,
  cost,
  scale,
  load,
  manyRuns,
  packageSize,
  page,
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  process.stderr.write(`No benchmark is called ${unknown.join(', ')}. There are: ${names()}.\n`);
  process.exit(2);
}

const measured = {
  at: new Date().toISOString(),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  node: process.version,
  processor: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
};
const folder = fileURLToPath(new URL('./results/', import.meta.url));
await mkdir(folder, { recursive: true });

const figures: Figure[] = [];
for (const benchmark of BENCHMARKS) {
  if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue;
  process.stderr.write(`${benchmark.name} …\n`);
  figures.push(...(await benchmark.measure()));
  // All of them take more than an hour: what is known stays known if one fails, or somebody has no more patience.
  const kept = JSON.stringify({ ...measured, figures }, undefined, 2);
  await writeFile(`${folder}${measured.at.replaceAll(':', '-')}.json`, `${kept}\n`);
}
process.stdout.write(`${table(figures)}\n`);

function names(): string {
  return BENCHMARKS.map(({ name }) => name).join(', ');
}
