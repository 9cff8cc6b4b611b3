import { type Figure, meetsTarget, ratio } from './figure.ts';

/** The figures as a Markdown table, targets beside them. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, beside } = figure;
    const times = ratio(figure);
    const against =
      beside && times !== undefined ? `${plain(times)} × ${beside.name} (${amount(beside.value, unit)})` : '';
    return `| ${name} | ${amount(value, unit)} | ${against} | ${verdict(figure)} |`;
  });
  return ['| What | Measured | Beside | Target |', '| --- | ---: | --- | --- |', ...rows].join('\n');
}

function verdict(figure: Figure): string {
  const { target, unit } = figure;
  if (!target) return '';
  const limit = target.of === 'value' ? `≤ ${amount(target.atMost, unit)}` : `≤ ${target.atMost} ×`;
  return `${limit}: ${meetsTarget(figure) ? 'met' : 'missed'}`;
}

function amount(value: number, unit: string): string {
  return unit === '' ? plain(value) : `${plain(value)} ${unit}`;
}

/** Three figures that count, no more. */
function plain(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
