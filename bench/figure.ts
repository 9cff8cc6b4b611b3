/** One figure of `npm run bench`, as it is kept in `bench/results/`. */
export interface Figure {
  /** What was measured: `no-op, served app`. */
  readonly name: string;
  readonly value: number;
  /** `ms`, `s`, `MB`, `requests` …; empty for a plain number, such as an exponent. */
  readonly unit: string;
  /** What everybody knows the size of, measured in the same run and the same unit. */
  readonly beside?: { readonly name: string; readonly value: number };
  readonly target?: { readonly of: 'value' | 'ratio'; readonly atMost: number };
}

/** A part of `npm run bench`, which can also run alone: `npm run bench -- no-op`. */
export interface Benchmark {
  readonly name: string;
  measure(): Promise<readonly Figure[]>;
}

export function ratio({ value, beside }: Figure): number | undefined {
  return beside && value / beside.value;
}

export function meetsTarget(figure: Figure): boolean | undefined {
  const { target } = figure;
  if (!target) return undefined;
  return (target.of === 'value' ? figure.value : (ratio(figure) ?? Number.NaN)) <= target.atMost;
}

/** The slope of a straight line through the logarithms: 1 is linear, 2 quadratic. */
export function exponent(points: readonly { readonly size: number; readonly value: number }[]): number {
  const logs = points.map(({ size, value }) => ({ x: Math.log(size), y: Math.log(value) }));
  const meanX = mean(logs.map(({ x }) => x));
  const meanY = mean(logs.map(({ y }) => y));
  const covariance = mean(logs.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(logs.map(({ x }) => (x - meanX) ** 2));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
