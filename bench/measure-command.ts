import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/**
 * Runs a command and prints its time, and the peak memory of its largest process, as JSON. The kernel's own mark (`VmHWM`) is
 * read while the process lives, so that it needs no tool that measures.
 */
const [command = '', ...words] = process.argv.slice(2);
const began = performance.now();
const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] });
let peakInKb = 0;
const looking = setInterval(() => void look(child.pid), 5);
const [code] = (await once(child, 'exit')) as [number | null];
const seconds = (performance.now() - began) / 1000;
clearInterval(looking);
if (code !== 0) process.exit(code ?? 1);
process.stdout.write(JSON.stringify({ seconds, peakInMb: peakInKb / 1024 }));

/** The process and its children; on systems without /proc the peak stays unknown (0). */
async function look(pid: number | undefined): Promise<void> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  peakInKb = Math.max(peakInKb, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const one of children.split(' ')) if (one !== '') await look(Number(one));
}
