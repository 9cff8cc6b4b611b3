import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Answers } from '../http/client.ts';
import { lookOf } from '../parts/status.tsx';
import { duration } from '../parts/time.ts';
import { failuresByDay, took } from './figures.ts';

type Overview = Answers['RunPage']['runs'][number];

const HEIGHT_IN_PX = 180;
const HALF_A_DAY = 12 * 3600;
/** With fewer there is nothing to see over time. */
const LEAST = 2;

/** How long runs took, and how many failed, over time. The table of runs beside them says the same in text. */
export function Charts({ runs }: { readonly runs: readonly Overview[] }) {
  const ended = runs.filter(({ finishedAt }) => finishedAt !== null).toReversed();
  if (ended.length < LEAST) return null;
  const durations = took(ended);
  const days = failuresByDay(ended);
  const failed = ended.filter(({ status }) => status === 'failed').length;
  return (
    <section aria-labelledby="over-time">
      <h2 id="over-time">Over time</h2>
      <div class="charts">
        <figure class="panel">
          <figcaption>
            Duration <span class="quiet">median {duration(median(durations.map(({ ms }) => ms)))}</span>
          </figcaption>
          <Plot
            label={`Durations of ${ended.length} runs, oldest first: ${durations.map(({ ms, status }) => `${duration(ms)} ${lookOf(status).word}`).join(', ')}`}
            data={[durations.map(({ at }) => at), durations.map(({ ms }) => ms / 1000)]}
            series={[{ label: 'seconds', token: '--busy', points: true }]}
          />
        </figure>
        <figure class="panel">
          <figcaption>
            Results by day{' '}
            <span class="quiet">
              {failed} of {ended.length} failed
            </span>
          </figcaption>
          <Plot
            label={`By day: ${days.map(({ day, all, failed: bad }) => `${day} ${all} runs, ${bad} failed`).join('; ')}`}
            data={[days.map(({ at }) => at), days.map(({ all }) => all), days.map(({ failed: bad }) => bad)]}
            series={[
              { label: 'runs', token: '--good', isBar: true },
              { label: 'failed', token: '--bad', isBar: true },
            ]}
          />
        </figure>
      </div>
    </section>
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

interface Series {
  readonly label: string;
  /** Name of the colour among the page's own. */
  readonly token: string;
  readonly isBar?: boolean;
  readonly points?: boolean;
}

interface PlotProps {
  readonly label: string;
  readonly data: readonly (readonly number[])[];
  readonly series: readonly Series[];
}

function Plot({ label, data, series }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const shape = JSON.stringify(data);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const plot = new uPlot(optionsOf(element, series), data.map((row) => [...row]) as uPlot.AlignedData, element);
    const watcher = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_IN_PX }));
    watcher.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => plot.redraw(true, true);
    scheme.addEventListener('change', redraw);
    return () => {
      scheme.removeEventListener('change', redraw);
      watcher.disconnect();
      plot.destroy();
    };
  }, [shape]);
  return <div ref={box} class="plot" role="img" aria-label={label} />;
}

/** Whole runs of a day, and times as they are told elsewhere. */
function valueText(mark: number, isByDay: boolean): string {
  if (isByDay) return Number.isInteger(mark) ? String(mark) : '';
  return mark === 0 ? '0' : duration(mark * 1000);
}

/** A day, or within days a time of it, as the reader's own place writes them. @param step seconds from one to the next */
function timeText(at: number, step: number): string {
  const date = new Date(at * 1000);
  const isDay = step >= 86_400 || (date.getHours() === 0 && date.getMinutes() === 0);
  return isDay
    ? date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
    : date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

function optionsOf(element: HTMLElement, series: readonly Series[]): uPlot.Options {
  // Asked for at each drawing, so that a change of the theme counts.
  const colour = (token: string) => (): string => getComputedStyle(element).getPropertyValue(token);
  const axis: uPlot.Axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    font: '12px system-ui',
  };
  const isByDay = series.some(({ isBar }) => isBar);
  return {
    width: element.clientWidth,
    height: HEIGHT_IN_PX,
    legend: { show: false },
    cursor: { show: false },
    // Half a day on each side, so that a bar is whole, and one day alone is not years wide.
    scales: {
      x: { range: (_plot, first, last) => (isByDay ? [first - HALF_A_DAY, last + HALF_A_DAY] : [first, last]) },
      y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] },
    },
    axes: [
      { ...axis, values: (_plot, marks, _axis, _space, step) => marks.map((mark) => timeText(mark, step)) },
      { ...axis, size: 84, values: (_plot, marks) => marks.map((mark) => valueText(mark, isByDay)) },
    ],
    series: [
      {},
      ...series.map(
        ({ label, token, isBar, points }): uPlot.Series => ({
          label,
          stroke: colour(token),
          width: 2,
          points: { show: points === true, size: 6, fill: colour(token) },
          ...(isBar && { fill: colour(token), width: 0, paths: uPlot.paths.bars?.({ size: [0.6, 24] }) }),
        }),
      ),
    ],
  };
}
