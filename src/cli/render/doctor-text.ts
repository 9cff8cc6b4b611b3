import type { Examination } from '../../doctor/examination.ts';

const ICON: Readonly<Record<Examination['status'], string>> = { ok: '✓', failed: '✗', unknown: '?' };
const WIDTH = 14;

/** `✗ roles         The deployer may not …`, with its repair below. */
export function examinationText({ check, status, text, repair, code }: Examination): string {
  const [first = '', ...more] = text.split('\n');
  const below = ' '.repeat(WIDTH + 2);
  const lines = [
    `${ICON[status]} ${check.replaceAll('_', ' ').padEnd(WIDTH)}${first}`,
    ...more.map((line) => below + line),
  ];
  if (code !== undefined) lines[lines.length - 1] += ` (${code})`;
  if (repair !== undefined) lines.push(`${below}→ ${repair}`);
  return `${lines.join('\n')}\n`;
}

export function doctorSummary(found: readonly Examination[]): string {
  const count = (status: Examination['status']): number => found.filter((one) => one.status === status).length;
  const [failed, unknown] = [count('failed'), count('unknown')];
  const open = unknown > 0 ? `; ${unknown} could not be told` : '';
  if (failed === 0) return `A deployment can start: nothing that stands in its way was found${open}.\n`;
  return `A deployment would fail: ${failed} ${failed === 1 ? 'thing is' : 'things are'} not in order${open}.\n`;
}
