import { graphlib, layout } from '@dagrejs/dagre';
import { useMemo } from 'preact/hooks';
import type { Answers } from '../http/client.ts';
import { shown } from '../parts/shown.ts';
import { lookOf } from '../parts/status.tsx';
import { duration } from '../parts/time.ts';

type Step = Answers['Run']['steps'][number];

const WIDTH = 148;
const HEIGHT = 62;
const LINE = 16;
/** As many characters as fit into a line of a box. */
const MOST_IN_A_LINE = 19;
const MARGIN = 8;

interface Point {
  readonly x: number;
  readonly y: number;
}
interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Point>;
  readonly edges: readonly { readonly from: string; readonly to: string; readonly points: readonly Point[] }[];
}

/** The steps and what comes before what; a list with the same follows in the timeline, for whoever does not see it. */
export function StepGraph({
  steps,
  criticalPath,
}: {
  readonly steps: readonly Step[];
  readonly criticalPath: ReadonlySet<string>;
}) {
  const shape = JSON.stringify(steps.map(({ step, after }) => [step, after]));
  const drawn = useMemo(() => laidOut(steps), [shape]);
  const done = steps.filter(({ status }) => status === 'completed' || status === 'skipped').length;
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      <section class="scroll graph" tabIndex={0} aria-label="Graph of the steps">
        <svg
          role="img"
          aria-label={`${done} of ${steps.length} steps done; the timeline below lists each of them.`}
          style={{ maxWidth: `${drawn.width}px` }}
          viewBox={`0 0 ${drawn.width} ${drawn.height}`}
        >
          {drawn.edges.map(({ from, to, points }) => (
            <path
              key={`${from} ${to}`}
              class={criticalPath.has(from) && criticalPath.has(to) ? 'edge critical' : 'edge'}
              d={lineThrough(points)}
            />
          ))}
          {steps.map((step) => (
            <Node key={step.step} step={step} at={drawn.nodes.get(step.step) ?? { x: 0, y: 0 }} />
          ))}
        </svg>
      </section>
    </section>
  );
}

function Node({ step, at }: { readonly step: Step; readonly at: Point }) {
  const { sign, word, tone } = lookOf(step.status);
  const detail = step.status === 'completed' && step.durationInMs !== null ? duration(step.durationInMs) : word;
  return (
    <g class={`node ${tone}`} transform={`translate(${at.x - WIDTH / 2} ${at.y - HEIGHT / 2})`}>
      <title>{shown(step.reason ?? word, 300)}</title>
      <rect width={WIDTH} height={HEIGHT} rx="8" />
      <text class="name">
        {wrapped(`${step.number}. ${step.title}`).map((line, index) => (
          <tspan key={line} x="10" y={18 + LINE * index}>
            {line}
          </tspan>
        ))}
      </text>
      <text x="10" y="52" class="state">
        {sign} {detail}
      </text>
    </g>
  );
}

/** A title in at most two lines. */
function wrapped(title: string): readonly string[] {
  const lines = [''];
  for (const word of title.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= MOST_IN_A_LINE || line === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const [first = '', second, ...rest] = lines;
  if (second === undefined) return [first];
  return [first, rest.length > 0 ? `${second.slice(0, MOST_IN_A_LINE - 1)}…` : second];
}

function laidOut(steps: readonly Step[]): Drawn {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 12, ranksep: 26, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set<string>(steps.map(({ step }) => step));
  for (const { step, after } of steps) {
    graph.setNode(step, { width: WIDTH, height: HEIGHT });
    for (const before of direct(after, steps)) if (known.has(before)) graph.setEdge(before, step);
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: new Map(graph.nodes().map((name) => [name, graph.node(name) as unknown as Point])),
    edges: graph
      .edges()
      .map((edge) => ({ from: edge.v, to: edge.w, points: (graph.edge(edge) as { points: Point[] }).points })),
  };
}

/** Those that do not follow from others: an edge that another way says as well only hides the picture. */
function direct(after: readonly string[], steps: readonly Step[]): readonly string[] {
  const before = new Map(steps.map((step) => [step.step as string, step.after as readonly string[]]));
  const reaches = (from: string, to: string): boolean =>
    (before.get(from) ?? []).some((one) => one === to || reaches(one, to));
  return after.filter((one) => !after.some((other) => other !== one && reaches(other, one)));
}

function lineThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x} ${first.y}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    const end = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : point;
    path += ` Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return path;
}
